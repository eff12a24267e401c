# SPDX-License-Identifier: GPL-3.0-or-later
"""Private addresses taken out of a public name's answer; what remains is answered. Pure.

The answer section is written anew (`wire.resource_records`); authority and additional records, which no positive
answer needs, are left out.
"""

from __future__ import annotations

from dataclasses import replace

from resolver.answer.home_answers import leads_home_on_purpose
from resolver.answer.inspect import rebinding
from resolver.answer.judge import Judgement
from resolver.answer.private_addresses import is_private
from store.log.records import Verdict
from wire import message, resource_records, svcb
from wire.message import HEADER, Response
from wire.names import skip_name
from wire.resource_records import ADDRESS_SIZES
from wire.types import AD, CNAME, DNAME, HTTPS, RRSIG, SVCB

_ALIASES = frozenset({CNAME, DNAME, RRSIG})  # records that alone are no answer


def protect(response: Response, name: str, section: bytes, upstream: str = "") -> tuple[Judgement, Response] | None:
    """The judgement on an answer that leads into a home, and what to send; None: it does not, or on purpose.

    PASS and what remains without private addresses, or BLOCK (and the answer as it came) when nothing does.
    """
    judgement = rebinding(response)
    if judgement is None:
        return None
    if leads_home_on_purpose(name, [each for each in response.addresses if is_private(each)], upstream):
        return None
    public = stripped(response, section)
    if public is None:
        return judgement, response
    return judgement._replace(verdict=Verdict.PASS, rule=f"{judgement.rule}, taken out", answer=None), public


def stripped(response: Response, section: bytes) -> Response | None:
    """`response` to the question `section` without private addresses; None when it then has nothing to say.

    Signatures over what was changed are left out with it, and the AD bit: nobody has vouched for this answer.
    """
    packet = HEADER.pack(0, response.flags & ~AD, 1, response.counts[0], 0, 0) + section + response.body
    records, _ = resource_records.read(packet, 12 + len(section), response.counts[0])
    kept, changed = [], set[int]()
    for record in records:
        data = _public(record.rtype, record.data)
        if data != record.data:
            changed.add(record.rtype)
        if data is not None:
            kept.append(record._replace(data=data))
    kept = [each for each in kept if each.rtype != RRSIG or int.from_bytes(each.data[:2], "big") not in changed]
    if all(record.rtype in _ALIASES for record in kept):
        return None
    head = HEADER.pack(0, response.flags & ~AD, 1, len(kept), 0, 0) + section
    made = message.parse_response(head + resource_records.write(kept, behind=head), section)
    return replace(made, edns=response.edns, extended_rcode=response.extended_rcode)


def _public(rtype: int, data: bytes) -> bytes | None:
    """The data of a record without private addresses; None: the whole record goes."""
    if rtype in ADDRESS_SIZES:
        return None if len(data) in (4, 16) and is_private(data) else data
    return _service(data) if rtype in (SVCB, HTTPS) else data


def _service(data: bytes) -> bytes | None:
    """The data of SVCB and HTTPS with its public hints alone; None where it demands those that go."""
    kept, gone, demanded = data[: skip_name(data, 2)], set[int](), set[int]()
    for key, start, end in svcb.parameters(data, 0, len(data)):
        value = data[start:end]
        size = svcb.HINT_SIZES.get(key)
        if size:
            hints = (value[at : at + size] for at in range(0, len(value) - size + 1, size))
            value = b"".join(hint for hint in hints if not is_private(hint))
        if key == svcb.MANDATORY:
            demanded = {int.from_bytes(value[at : at + 2], "big") for at in range(0, len(value), 2)}
        if size and not value:
            gone.add(key)
        else:
            kept += svcb.parameter(key, value)
    return None if gone & demanded else kept

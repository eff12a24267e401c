# SPDX-License-Identifier: GPL-3.0-or-later
"""Private addresses taken out of a public name's answer; what remains is answered. Pure.

The answer section is written anew (`wire.resource_records`); authority and additional records, which no positive
answer needs, are left out.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from resolver.answer.home_answers import leads_home_on_purpose
from resolver.answer.inspect import rebinding
from resolver.answer.judge import Judgement
from store.log.records import Verdict
from wire import message, resource_records
from wire.addresses import is_private
from wire.message import HEADER, Response
from wire.names import skip_name
from wire.types import AAAA, AD, CNAME, DNAME, HTTPS, RRSIG, SVCB, A

_HINTS = {4: 4, 6: 16}  # SVCB parameters ipv4hint and ipv6hint: key → bytes of an address
_MANDATORY = 0
_ALIASES = frozenset({CNAME, DNAME, RRSIG})  # records that alone are no answer


def protect(response: Response, name: str, section: bytes, upstream: str = "") -> tuple[Judgement, Response] | None:
    """The judgement on an answer that leads into a home, and what to send; None: it does not, or on purpose.

    PASS and what remains without private addresses, or BLOCK (and the answer as it came) when nothing does.
    """
    found = rebinding(response)
    if found is None:
        return None
    if leads_home_on_purpose(name, [each for each in response.addresses if is_private(each)], upstream):
        return None
    public = stripped(response, section)
    if public is None:
        return found, response
    return found._replace(verdict=Verdict.PASS, rule=f"{found.rule}, taken out", answer=None), public


def stripped(response: Response, section: bytes) -> Response | None:
    """`response` to the question `section` without private addresses; None when it then has nothing to say.

    Signatures over what was changed are left out with it, and the AD bit: nobody has vouched for this answer.
    """
    packet = HEADER.pack(0, response.flags & ~AD, 1, response.counts[0], 0, 0) + section + response.body
    came, _ = resource_records.read(packet, 12 + len(section), response.counts[0])
    kept, changed = [], set[int]()
    for record in came:
        data = _kept(record.rtype, record.data)
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


def _kept(rtype: int, data: bytes) -> bytes | None:
    """The data of a record without private addresses; None: the whole record goes."""
    if rtype in (A, AAAA):
        return None if len(data) in (4, 16) and is_private(data) else data
    return _service(data) if rtype in (SVCB, HTTPS) else data


def _service(data: bytes) -> bytes | None:
    """The data of SVCB and HTTPS (RFC 9460) with its public hints alone; None where it demands those that go."""
    at = skip_name(data, 2)
    kept, gone, demanded = data[:at], set[int](), set[int]()
    while at + 4 <= len(data):
        key, length = struct.unpack_from("!HH", data, at)
        value, at = data[at + 4 : at + 4 + length], at + 4 + length
        if size := _HINTS.get(key):
            hints = [value[n : n + size] for n in range(0, len(value), size)]
            value = b"".join(hint for hint in hints if len(hint) == size and not is_private(hint))
        if key == _MANDATORY:
            demanded = {int.from_bytes(value[n : n + 2], "big") for n in range(0, len(value), 2)}
        if size and not value:
            gone.add(key)
        else:
            kept += struct.pack("!HH", key, len(value)) + value
    return None if gone & demanded else kept

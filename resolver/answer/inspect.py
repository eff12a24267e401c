# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer shows may be worse than what was asked: where it leads is judged too. Pure.

Cloaking: a tracker hides behind a name of the site itself, which points to it by a CNAME or an HTTPS record. Lists of
addresses speak of where an answer leads. Rebinding: a public name with an address of the home lets a web page talk to
the devices in it.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from blocklists.index.index import Index
from blocklists.index.match import RuleTable, decide_address
from blocklists.rules.complex_rule import NOBODY, Client
from resolver.answer.judge import PASSED, Judgement, judge, of_decision
from resolver.answer.private_addresses import is_private
from store.config.custom_responses import Answer
from store.log.records import Verdict
from wire.addresses import Address
from wire.message import Response
from wire.response import BlockMode
from wire.types import A

REBINDING = "rebinding"  # what stands in place of a blocklist id when an address of the home was hidden
ADDRESS = "address"  # by what a hop leads that is an address
TCP = Answer(BlockMode.TCP)
_NODATA = Answer(BlockMode.NODATA)


class Hop(NamedTuple):
    """Where an answer leads: by which kind of record, to which name or address, and what was judged of that."""

    by: str
    to: str
    judgement: Judgement


def inspect(
    response: Response,
    rules: RuleTable,
    index: Index,
    mask: int,
    qtype: int = A,
    client: Client = NOBODY,
) -> Judgement | None:
    """The judgement on the first hop that is blocked, or None; a hop that is allowed ends the search."""
    for by, hop in hop_names(response):
        judgement = judge(hop, rules, index, mask, qtype, client)
        if judgement.verdict is Verdict.BLOCK:
            return judgement._replace(rule=f"{judgement.rule} through {by} {hop}")
        if judgement.verdict is Verdict.ALLOW:
            return None
    return inspect_addresses(response, index, mask) if index.judges_addresses else None


def hops(
    response: Response,
    rules: RuleTable,
    index: Index,
    mask: int,
    qtype: int = A,
    client: Client = NOBODY,
) -> list[Hop]:
    """Every hop of an answer with the judgement on it alone, in the order in which `inspect` looks at them."""
    hop_list = [Hop(by, hop, judge(hop, rules, index, mask, qtype, client)) for by, hop in hop_names(response)]
    for packed in dict.fromkeys(response.addresses):
        address = _address(packed)
        decision = decide_address(address, index, mask)
        hop_list.append(Hop(ADDRESS, str(address), PASSED if decision is None else of_decision(decision)))
    return hop_list


def rebinding(response: Response) -> Judgement | None:
    """The judgement on an answer with an address of a home, of a machine itself, or of a link; None: it is fine.

    It blocks when nothing remains without such addresses, as `strip.stripped` finds out.
    """
    for packed in response.addresses:
        if is_private(packed):
            rule = f"private address {ip_address(packed)} in a public name"
            return Judgement(Verdict.BLOCK, REBINDING, rule, _NODATA)
    return None


def hop_names(response: Response) -> list[tuple[str, str]]:
    """The names that an answer leads to, each with the kind of record that leads there."""
    return [("CNAME", hop) for hop in response.chain] + [("HTTPS record to", hop) for hop in response.targets]


def _address(packed: bytes) -> Address:
    return IPv4Address(packed) if len(packed) == 4 else IPv6Address(packed)


def inspect_addresses(response: Response, index: Index, mask: int) -> Judgement | None:
    """The judgement on the first address that the lists in `mask` speak of, where it is blocked."""
    for packed in response.addresses:
        address = _address(packed)
        decision = decide_address(address, index, mask)
        if decision is not None:
            judgement = of_decision(decision)
            blocked = judgement.verdict is Verdict.BLOCK
            return judgement._replace(rule=f"{judgement.rule} through address {address}") if blocked else None
    return None

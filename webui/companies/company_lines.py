# SPDX-License-Identifier: GPL-3.0-or-later
"""Companies as lines of a list: tracking apart from use, how many devices report, whether it is new. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from store.base.sentences import say, say_count
from store.log.values import Top, TrackingPair
from store.names.purpose import Kind
from webui.numbers import headline
from webui.numbers.home_view import company_page
from webui.views import formatting


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """Counts are look-ups; blocked, through and failed those for tracking. `devices` reported to it."""

    company: str
    page: str
    tracking: int
    blocked: int
    through: int
    failed: int
    use: int
    unknown: int
    devices: int
    new: bool


def lines(tops: Iterable[Top], pairs: Iterable[TrackingPair], new: Set[str]) -> list[CompanyLine]:
    """Tracking first, the most look-ups first; `new`: companies that are. Names that nobody knows are no company."""
    kinds: dict[str, dict[str, Top]] = {}
    for top in tops:
        if top.key is not None:
            kinds.setdefault(top.label, {})[top.kind or Kind.UNKNOWN.word] = top
    devices: dict[str, set[int | None]] = {}
    for pair in pairs:
        if pair.company is not None:
            devices.setdefault(pair.company, set()).add(pair.device)
    made = [_line(company, of_kind, len(devices.get(company, ())), company in new)
            for company, of_kind in kinds.items()]  # fmt: skip
    return sorted(made, key=lambda line: (-line.tracking, -line.use - line.unknown, line.company.casefold()))


def matching(lines: Iterable[CompanyLine], wanted: str) -> list[CompanyLine]:
    words = wanted.casefold().split()
    return [line for line in lines if all(word in line.company.casefold() for word in words)]


def unknown(tops: Iterable[Top]) -> int:
    """Look-ups for names whose company nobody knows."""
    return sum(top.lookups for top in tops if top.key is None)


def sentence(lines: Sequence[CompanyLine], when: str) -> str:
    """How many companies, what became of their tracking."""
    tracking = [line for line in lines if line.tracking]
    if not lines:
        return say("{when} no device asked for a name of a known company.", when=when)
    counted = say_count(len(lines), "{count:,} company", "{count:,} companies")
    if not tracking:
        return say("{when} your devices talked to {companies}, to none for tracking.", when=when, companies=counted)
    total, blocked, failed = (sum(getattr(line, key) for line in tracking) for key in ("tracking", "blocked", "failed"))
    return say(
        "{when} your devices talked to {companies}; {trackers} tracked them, in {lookups}: {outcome}.", when=when,
        companies=counted, trackers=formatting.number(len(tracking)),
        lookups=say_count(total, "{count:,} look-up", "{count:,} look-ups"),
        outcome=headline.outcome(total, blocked, failed),
    )  # fmt: skip


def _line(company: str, kinds: dict[str, Top], devices: int, new: bool) -> CompanyLine:
    tracking = kinds.get(Kind.TRACKING.word)
    lookups, blocked, failed = (
        (tracking.lookups, tracking.lookups_blocked, tracking.lookups_failed) if tracking else (0, 0, 0)
    )
    use, other = (kinds[kind.word].lookups if kind.word in kinds else 0 for kind in (Kind.USE, Kind.UNKNOWN))
    return CompanyLine(
        company, company_page(company), lookups, blocked, lookups - blocked - failed, failed, use, other, devices, new
    )

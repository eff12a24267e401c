# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's story: one sentence, the companies that it reports to with what for, and what stopped that. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from blocklists.whose.facts import Facts
from store.base.sentences import say, say_count, together
from store.log.values import Summary, Top
from store.names.purpose import Purpose
from webui.numbers import headline
from webui.numbers.home_view import company_page
from webui.views import formatting
from webui.views.kind_words import PURPOSES

MAX_PURPOSES = 3  # of one company's line


@dataclass(frozen=True, slots=True)
class Tracker:
    """A company that the device reported to. Counts are look-ups; `rows`: the address of theirs in the query log.

    `purposes`: what the names are for that were asked most, in words; "" where nobody knows.
    """

    company: str
    page: str
    rows: str
    lookups: int
    blocked: int
    through: int
    failed: int
    purposes: str


def story(summary: Summary, trackers: Sequence[Tracker], when: str) -> str:
    """One sentence that tells what matters; `when` begins it ("Today")."""
    if not summary.queries:
        return say("{when} it has asked nothing.", when=when)
    tracking = summary.tracking
    if not tracking.lookups:
        names = say_count(summary.names, "{count:,} name", "{count:,} names")
        return say("{when} it asked for {names}, and for nothing that is known as tracking.", when=when, names=names)
    times = say_count(tracking.lookups, "{count:,} time", "{count:,} times")
    whom = _whom(trackers, tracking.companies)
    become = headline.outcome_of(tracking)
    return say("{when} it tried {times} to report to {whom}: {outcome}.", when=when, times=times, whom=whom,
               outcome=become)  # fmt: skip


def beside(summary: Summary) -> str:
    """What else it asked for, in a second, quieter sentence; "" where nothing."""
    sentences = headline.beside(summary.use.lookups, summary.unknown.lookups)
    if summary.failed:
        sentences.append(headline.failed_said(summary.failed))
    return together(*sentences) if sentences else ""


def trackers(tops: Iterable[Top], names: Iterable[Top], known: Facts, device: int, span: str) -> list[Tracker]:
    """`tops`: companies by look-ups for tracking; `names`: names for tracking, the most asked first; `span`: the range
    as a part of an address. A company that nobody knows is left out."""
    purposes = _purposes(names, known)
    return [
        Tracker(
            top.label, company_page(top.label),
            f"/queries?{urlencode({'device': device, 'company': top.label, 'kind': 'tracking'})}{span}",
            top.lookups, top.lookups_blocked, top.lookups - top.lookups_blocked - top.lookups_failed,
            top.lookups_failed, formatting.listed(purposes.get(top.label, ())),
        )
        for top in tops if top.key is not None
    ]  # fmt: skip


def _purposes(names: Iterable[Top], known: Facts) -> dict[str, list[str]]:
    """Company → what its names are for, by how often they were asked for."""
    counts: dict[str, dict[Purpose, int]] = {}
    for top in names:
        whose = known.of(str(top.key))
        if whose.company and whose.purpose is not Purpose.UNKNOWN:
            of_company = counts.setdefault(whose.company, {})
            of_company[whose.purpose] = of_company.get(whose.purpose, 0) + top.queries
    return {
        company: [PURPOSES[purpose.value] for purpose in sorted(asked, key=lambda each: -asked[each])[:MAX_PURPOSES]]
        for company, asked in counts.items()
    }


def _whom(trackers: Sequence[Tracker], companies: int) -> str:
    """The company that it reported most to, and how many others."""
    if not trackers:
        return say("companies that nobody knows")
    first = formatting.visible(trackers[0].company)
    others = companies - 1
    if others <= 0:
        return first
    return say_count(others, "{company} and {count} other", "{company} and {count} others", company=first)

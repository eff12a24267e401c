# SPDX-License-Identifier: GPL-3.0-or-later
"""What a company's page shows: a sentence, and its names with where it is known from whose they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blocklists.whose.facts import Facts
from store.base.sentences import say, say_count, together
from store.log.values import CompanyCounts, CompanyName
from webui.numbers import headline
from webui.views import formatting


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name of the company as a line; `source`: who says whose it is, "" where the tables say so no more."""

    name: str
    kind: str
    purpose: str
    product: str
    source: str
    queries: int
    blocked: int
    through: int
    failed: int


def sentence(counts: CompanyCounts, when: str) -> str:
    """What the home asked of it in a time, which `when` says ("Today"). Reporting is said of tracking alone."""
    company = formatting.visible(counts.name)
    reporting = sum(1 for device in counts.devices if device.tracking.lookups)
    if not counts.devices:
        return say("{when} no device asked for a name of {company}.", when=when, company=company)
    if reporting:
        first = say(
            "{when} {devices} tried {times} to report to {company}: {outcome}.",
            when=when,
            devices=say_count(reporting, "{count:,} device", "{count:,} devices"),
            times=say_count(counts.tracking.lookups, "{count:,} time", "{count:,} times"),
            company=company,
            outcome=headline.outcome_of(counts.tracking),
        )
    else:
        first = say("{when} no device asked {company} for what is known as tracking.", when=when, company=company)
    return together(first, *_beside(counts))


def name_lines(names: Iterable[CompanyName], known: Facts) -> list[NameLine]:
    return [_line(name, known) for name in names]


def _beside(counts: CompanyCounts) -> list[str]:
    use, unknown = counts.use.lookups, counts.unknown.lookups
    sentences = list[str]()
    if use:
        sentences.append(say_count(use, "{count:,} look-up was for use.", "{count:,} look-ups were for use."))
    if unknown:
        sentences.append(say_count(
            unknown, "Of {count:,} nobody knows what it was for.", "Of {count:,} nobody knows what they were for.",
        ))  # fmt: skip
    return sentences


def _line(name: CompanyName, known: Facts) -> NameLine:
    whose = known.of(name.name)
    return NameLine(
        name.name, name.kind, name.purpose, whose.product or "", whose.source, name.queries, name.blocked,
        name.queries - name.blocked - name.failed, name.failed,
    )  # fmt: skip

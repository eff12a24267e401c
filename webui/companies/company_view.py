# SPDX-License-Identifier: GPL-3.0-or-later
"""What a company's page shows: a sentence, and its names with where it is known from whose they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from blocklists.whose.facts import Facts
from store.base.sentences import say, say_count, together
from store.config.lists import BlocklistView
from store.log.values import CompanyCounts, CompanyName
from webui.companies.company_cover import NameCover
from webui.numbers import headline
from webui.views import formatting
from webui.views.labels import label


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name of the company as a line; `source`: who says whose it is, "" where the tables say so no more.

    `now`: what blocks it for the house, "" where nothing does; `has_it`: then the lists that have it and are off.
    """

    name: str
    kind: str
    purpose: str
    product: str
    source: str
    queries: int
    blocked: int
    through: int
    failed: int
    now: str = ""
    has_it: str = ""


@dataclass(frozen=True, slots=True)
class Covering:
    """A list that has names of the company: `names` of those shown, at `level` and above; whether it is `on`."""

    id: str
    title: str
    href: str
    on: bool
    state: str
    names: int


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
    return together(first, *headline.beside(counts.use.lookups, counts.unknown.lookups))


def name_lines(
    names: Iterable[CompanyName], known: Facts, covers: Mapping[str, NameCover], titles: Mapping[str, str]
) -> list[NameLine]:
    """`covers`: of each name, for the house; `titles`: of lists, by id."""
    return [_line(name, known, covers[name.name], titles) for name in names]


def covering(covers: Iterable[NameCover], views: Iterable[BlocklistView]) -> list[Covering]:
    """The lists that have names of it, those that are on first, then by how many names."""
    counts: dict[str, int] = {}
    for cover in covers:
        for blocklist in dict.fromkeys(each for each, _ in cover.lists):
            counts[blocklist] = counts.get(blocklist, 0) + 1
    lines = [
        Covering(view.id, view.title, f"/blocklists/{quote(view.id)}", view.on, _state(view), counts[view.id])
        for view in views if view.id in counts
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (not line.on, -line.names, line.title.casefold()))


def used_by(counts: CompanyCounts) -> str:
    """Whom it would miss: the devices that use it, with how often; "" for none."""
    users = sorted((each for each in counts.devices if each.use.lookups), key=lambda each: -each.use.lookups)
    whom = [
        say_count(each.use.lookups, "{device} ({count:,} look-up)", "{device} ({count:,} look-ups)",
                  device=formatting.visible(each.label)) for each in users
    ]  # fmt: skip
    return say("This is used by {devices}.", devices=formatting.listed(whom)) if whom else ""


def seat(counts: CompanyCounts, known: Facts) -> str | None:
    """The country of its seat, as far as its names tell."""
    return next((place for each in counts.names if (place := known.of(each.name).country)), None)


def _state(view: BlocklistView) -> str:
    if not view.on:
        return label("off")
    return label(view.level) if view.level else label("on")


def _line(name: CompanyName, known: Facts, cover: NameCover, titles: Mapping[str, str]) -> NameLine:
    whose = known.of(name.name)
    by = titles.get(cover.by, cover.by) or say("a rule of your own")
    others = dict.fromkeys(titles[blocklist] for blocklist, _ in cover.lists if blocklist in titles)
    return NameLine(
        name.name, name.kind, name.purpose, whose.product or "", whose.source, name.queries, name.blocked,
        name.queries - name.blocked - name.failed, name.failed, by if cover.blocked else "",
        "" if cover.blocked else formatting.listed(others),
    )  # fmt: skip

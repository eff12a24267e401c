# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue as its page filters it, and which of its lists suit what this home asks for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from blocklists.packs import catalogue
from blocklists.packs.catalogue import CatalogueEntry
from store.base.sentences import say, say_count
from store.config.lists import BlocklistView
from webui.views import blocklists_view
from webui.views.blocklists_view import Group, ListView

BREAKS: Mapping[str, str] = {
    "hardly": say("hardly ever"),
    "sometimes": say("now and then"),
    "often": say("often"),
}
MAX_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; "" or False: whatever it is."""

    q: str = ""
    purpose: str = ""
    size: str = ""
    breaks: str = ""
    state: str = ""
    seen: bool = False

    @property
    def any(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A list that is off, and why it may be worth a look."""

    id: str
    title: str
    why: str


@cache
def entries() -> Mapping[str, CatalogueEntry]:
    """What the catalogue itself says of each list, by id; nothing while it cannot be read."""
    try:
        return {entry.id: entry for entry in catalogue.load()}
    except (catalogue.CatalogueError, OSError):
        return {}


def fitting(
    views: Iterable[tuple[BlocklistView, ListView]], filters: Filters, seen: Collection[str]
) -> list[Group]:
    """The lists that fit, by purpose. `seen`: companies that devices of this home ask."""
    return blocklists_view.grouped(
        (view.purpose, shown) for view, shown in views if _fits(view, filters, seen)
    )


def breaks(blocklist_id: str) -> str:
    """How often a list needs an exception, in words; "" where nobody said."""
    entry = entries().get(blocklist_id)
    return BREAKS.get(entry.breaks, "") if entry else ""


def suggestions(views: Sequence[BlocklistView], companies: Mapping[str, int]) -> list[Suggestion]:
    """Lists of companies that this home asks most, of those whose own are all off. `companies`: how often asked."""
    off = [view for view in views if not view.on and (entry := entries().get(view.id)) and entry.company in companies]
    best: dict[str, BlocklistView] = {}
    for view in sorted(off, key=lambda view: entries()[view.id].breaks != "hardly"):
        best.setdefault(entries()[view.id].company, view)
    on = {entries()[view.id].company for view in views if view.on and view.id in entries()}
    ranked = sorted((company for company in best if company not in on), key=lambda company: -companies[company])
    return [
        Suggestion(best[company].id, best[company].title, say_count(
            companies[company], "Your devices asked {company} {count:,} time in a week.",
            "Your devices asked {company} {count:,} times in a week.", company=company,
        ))
        for company in ranked[:MAX_SUGGESTED]
    ]  # fmt: skip


def _fits(view: BlocklistView, filters: Filters, seen: Collection[str]) -> bool:
    entry = entries().get(view.id)
    state = not filters.state or (filters.state == "on") == view.on
    plain = filters.purpose in ("", view.purpose) and filters.size in ("", view.size)
    careful = not filters.breaks or (entry is not None and entry.breaks == filters.breaks)
    here = not filters.seen or (entry is not None and entry.company in seen)
    more = (entry.company, entry.region) if entry else ()
    text = " ".join((view.title, view.about, view.licence, *more))
    words = all(word in text.lower() for word in filters.q.lower().split())
    return state and plain and careful and here and words

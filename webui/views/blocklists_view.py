# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists as the pages show them: pure, from rows of config.db, the packs' own names, and today's counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from blocklists.packs import vendor_packs
from store.base.sentences import recall, say, say_count, together
from store.config.choices import ListPurpose, PackLevel
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE
from store.names.list_anchor import anchor
from webui.views import formatting
from webui.views.labels import label

PURPOSES: Mapping[str, str] = {
    ListPurpose.GENERAL: say("Ads and trackers in general"),
    ListPurpose.ADS: say("Advertising"),
    ListPurpose.TRACKING: say("Tracking and analytics"),
    ListPurpose.VENDOR: say("Makers' own trackers"),
    ListPurpose.DOH: say("Ways around this house (encrypted DNS)"),
    ListPurpose.MALWARE: say("Malware and phishing"),
    ListPurpose.FAMILY: say("Not for children"),
}


OFF = "off"  # beside the levels of a pack
# Of a list whose rules the guard left out, or that changed: as many as a person looks at on the page.
MAX_GUARDED = 20
MAX_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a pack's level picker; `names` is None where the pack's names cannot be read."""

    key: str
    names: int | None


@dataclass(frozen=True, slots=True)
class PackView:
    """`state` is off or the level in force for the house; `names` how many names that level blocks."""

    id: str
    anchor: str
    title: str
    about: str
    state: str
    levels: tuple[Level, ...]
    names: int | None
    hits: int
    overrides: tuple[str, ...]
    answer: str = ""
    guarded: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ListView:
    """`names`: as compiled at the last update, None while it was never fetched. Times: Unix seconds."""

    id: str
    anchor: str
    kind: str
    title: str
    about: str
    source: str
    homepage: str
    licence: str
    size: str
    allow: bool
    on: bool
    names: int | None
    skipped: int
    fetched_at: int | None
    error: str | None
    hits: int
    overrides: tuple[str, ...]
    answer: str = ""
    held: str | None = None
    guarded: tuple[tuple[str, str], ...] = ()
    kinds: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The catalogue's lists of one purpose."""

    title: str
    said: str
    lists: tuple[ListView, ...]


def pack(view: BlocklistView, hits: Mapping[str, int], names: Mapping[str, str]) -> PackView:
    """`hits`: blocklist id → blocked today; `names`: scope ("device:3") → what people call it."""
    counts = _without_guarded(view, pack_counts().get(view.id, {}))
    state = (view.level or PackLevel.SAFE) if view.on else OFF
    levels = (Level(OFF, 0), *(Level(level, counts.get(level)) for level in PackLevel))
    return PackView(
        id=view.id,
        anchor=anchor(view.id),
        title=view.title,
        about=recall(view.about),
        state=state,
        levels=levels,
        names=counts.get(state),
        hits=hits.get(view.id, 0),
        overrides=overrides(view, names),
        answer=view.answer,
        guarded=_guarded(view),
    )


def packs_first(shown: Iterable[PackView]) -> list[PackView]:
    """Those that blocked something today first, so that the home's own makers stand on top; then by title."""
    return sorted(shown, key=lambda pack: (-pack.hits, pack.title.casefold()))


def plain(view: BlocklistView, hits: Mapping[str, int], names: Mapping[str, str]) -> ListView:
    """One list of the catalogue, or one that was added."""
    status = view.status
    fetched = status is not None and status.fetched_at is not None
    return ListView(
        id=view.id,
        anchor=anchor(view.id),
        kind=view.kind,
        title=view.title,
        about=recall(view.about),
        source=view.source,
        homepage=view.homepage if view.homepage.startswith(("https://", "http://")) else "",
        licence=view.licence,
        size=view.size,
        allow=view.allow,
        on=view.on,
        names=status.block_names + status.allow_names if status is not None and fetched else None,
        skipped=sum(status.skipped.values()) if status is not None else 0,
        fetched_at=status.fetched_at if status is not None else None,
        error=status.error if status is not None else None,
        hits=hits.get(view.id, 0),
        overrides=overrides(view, names),
        answer=view.answer,
        held=status.held if status is not None else None,
        guarded=_guarded(view),
        kinds=_counted(status.kinds) if status is not None else "",
        changes=_changed(status.changes) if status is not None else "",
    )


def _without_guarded(view: BlocklistView, counts: Mapping[str, int]) -> dict[str, int]:
    """How many names of a pack each level blocks, less those that the guard leaves out."""
    left_out = {rule.strip("|^") for rule, _ in _guarded(view)}
    pack = vendor_packs.of_list(view.id) if left_out and counts else None
    if pack is None:
        return dict(counts)
    return {
        level: counts[level] - sum(entry.name in left_out for entry in vendor_packs.names_at(pack, level))
        for level in counts
    }


def _guarded(view: BlocklistView) -> tuple[tuple[str, str], ...]:
    """Rules that are left out, with why."""
    return tuple(view.status.guarded.items())[:MAX_GUARDED] if view.status is not None and view.guard else ()


def _counted(counts: Mapping[str, int]) -> str:
    """The kinds of rules, most first, where there is more than one."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ordered) < 2:
        return ""
    return together(*(say("{count:,} {what}", count=count, what=recall(what)) for what, count in ordered), between=", ")


def _changed(changes: Mapping[str, Any]) -> str:
    """What the last version brought, in a sentence."""
    if not changes:
        return ""
    some = [formatting.visible(str(name)) for name in changes.get("some_added", ())[:MAX_SAMPLES]]
    counts = {"added": int(changes.get("added", 0)), "removed": int(changes.get("removed", 0))}
    if not some:
        return say("the last version added {added:,} and removed {removed:,}", **counts)
    names = formatting.listed(some)
    return say("the last version added {added:,} (such as {names}) and removed {removed:,}", names=names, **counts)


def grouped(lists: Iterable[tuple[str, ListView]]) -> list[Group]:
    """(purpose, list) pairs as groups, in the order of `PURPOSES`, unknown purposes after them."""
    groups: dict[str, list[ListView]] = {}
    for purpose, view in lists:
        groups.setdefault(PURPOSES.get(purpose, purpose.capitalize() or say("Others")), []).append(view)
    known = list(dict.fromkeys(PURPOSES.values()))
    order = sorted(groups, key=lambda title: (known.index(title) if title in known else len(known), title))
    return [Group(title, _said(groups[title]), tuple(groups[title])) for title in order]


def overrides(view: BlocklistView, names: Mapping[str, str]) -> tuple[str, ...]:
    """Who has it otherwise than the house: "off for Kitchen TV", "strict for Phone and Tablet"."""
    by_state: dict[str, list[str]] = {}
    for toggle in view.toggles:
        if toggle.scope == str(HOUSE) or (toggle.on == view.on and toggle.level in (None, view.level)):
            continue
        state = (toggle.level or "on") if toggle.on else OFF
        by_state.setdefault(state, []).append(formatting.visible(names.get(toggle.scope, toggle.scope)))
    return tuple(
        say("{state} for {devices}", state=label(state), devices=formatting.listed(sorted(who)))
        for state, who in sorted(by_state.items())
    )


def said(packs_shown: Sequence[PackView], lists: Sequence[ListView]) -> str:
    """The page's first sentence."""
    on = sum(pack.state != OFF for pack in packs_shown)
    lists_on = [view for view in lists if view.on]
    waiting = sum(view.names is None for view in lists_on)
    packs = say_count(len(packs_shown), "{count:,} vendor pack", "{count:,} vendor packs")
    line = say(
        "{on} of {packs} and {lists_on} of {lists} lists are on.",
        on=on, packs=packs, lists_on=len(lists_on), lists=len(lists),
    )  # fmt: skip
    soon = say_count(waiting, "{count:,} list will be fetched soon.", "{count:,} lists will be fetched soon.")
    return together(line, soon) if waiting else line


@cache
def pack_counts() -> dict[str, dict[str, int]]:
    """Pack id → level → how many names it blocks. The packs come with the program, so once a process is enough."""
    try:
        return {
            pack_.blocklist_id: {level: len(vendor_packs.names_at(pack_, level)) for level in PackLevel}
            for pack_ in vendor_packs.load()
        }
    except (vendor_packs.PackError, OSError):
        return {}


def _said(lists: Sequence[ListView]) -> str:
    return say("{on} of {lists} on", on=sum(view.on for view in lists), lists=len(lists))

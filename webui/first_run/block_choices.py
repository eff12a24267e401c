# SPDX-License-Identifier: GPL-3.0-or-later
"""Three plain answers to “how much to block”: each is a general list and a level for the packs. Pure, but `take`.

Lists and packs beside these stay as they are, and a pack that somebody turned off stays off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blocklists.packs import vendor_packs
from store.base.sentences import Sentence, say, say_as
from store.config import edit, lists
from store.config.choices import ListKind, ListSize, PackLevel
from store.config.engine import Engine
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE
from store.config.session import writing

# The general lists of the three, each of which holds the one before.
LADDER = ("hagezi-light", "hagezi-normal", "hagezi-pro")
BYTES_A_NAME = 10  # of the compiled index, measured over 1.6 million names (docs/performance.md: 9.34)
_MOST_NAMES = {ListSize.SMALL: 10_000, ListSize.MEDIUM: 100_000, ListSize.LARGE: 500_000, ListSize.HUGE: 2_000_000}


@dataclass(frozen=True, slots=True)
class Choice:
    """`list_id`: which of LADDER; `level`: of the packs that are on."""

    key: str
    title: Sentence
    blocks: Sentence
    breaks: Sentence
    list_id: str
    level: PackLevel


CHOICES = (
    Choice(
        "light", say_as("how much to block", "Light"),
        say("The commonest advertisements and trackers, and what the makers' devices report without anybody noticing."),
        say("Breaks nothing that we know of. Right where people must not be bothered at all."),
        LADDER[0], PackLevel.SAFE,
    ),
    Choice(
        "recommended", say_as("how much to block", "Recommended"),
        say("All of that, and nearly all other advertising, tracking, phishing and malware."),
        say("Breaks hardly anything: a link in a newsletter or an offer in a shop's app may not open."),
        LADDER[1], PackLevel.SAFE,
    ),
    Choice(
        "strict", say_as("how much to block", "Strict"),
        say(
            "Crash reports and rarer trackers, too; of the makers also what has a use besides: suggestions, "
            "statistics, some of the voice and shopping features."
        ),
        say("Now and then a site or an app needs an exception; the page “{my}” gives one with a tap.", my="/my"),
        LADDER[2], PackLevel.STRICT,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """`names`: how many are blocked, at most where `exact` is False; `bytes`: what they take of memory. `at_once`:
    those of the packs, which come with Telltale; `title`: of the list with the rest, "" where somebody removed it."""

    names: int
    exact: bool
    at_once: int
    title: str = ""

    @property
    def bytes(self) -> int:
        return self.names * BYTES_A_NAME


def now(views: Iterable[BlocklistView]) -> str:
    """The key of the choice that is in force, "" for a mix of somebody's own."""
    by_id = {view.id: view for view in views}
    on = [list_id for list_id in LADDER if list_id in by_id and by_id[list_id].on]
    levels = {view.level for view in by_id.values() if view.kind == ListKind.PACK and view.on}
    return next((each.key for each in CHOICES if on == [each.list_id] and levels == {each.level}), "")


def cost(choice: Choice, views: Sequence[BlocklistView]) -> Cost:
    """What a choice blocks: of a list that was fetched once by count, else by the size that its publisher has it."""
    packs = {view.id for view in views if view.kind == ListKind.PACK and view.on}
    names = sum(len(vendor_packs.names_at(pack, choice.level)) for pack in vendor_packs.each()
                if pack.blocklist_id in packs)  # fmt: skip
    view = next((view for view in views if view.id == choice.list_id), None)
    if view is None:
        return Cost(names, True, names)
    counted = (view.status.block_names if view.status else 0) or 0
    return Cost(names + (counted or _MOST_NAMES.get(ListSize(view.size), 0)), counted > 0, names, view.title)


def take(e: Engine, choice: Choice) -> bool:
    """Put a choice in force, as one change; False: it was so already."""
    views = lists.blocklists(e)
    if now(views) == choice.key:
        return False
    there = {view.id for view in views}
    with writing(e, say("The home blocks as “{choice}” does.", choice=choice.title)):
        for list_id in LADDER:
            if list_id in there:
                edit.set_toggle(e, list_id, str(HOUSE), list_id == choice.list_id)
        for view in views:
            if view.kind == ListKind.PACK and view.on and view.level != choice.level:
                edit.set_level(e, view.id, choice.level)
    return True


def by_key(key: str) -> Choice | None:
    return next((choice for choice in CHOICES if choice.key == key), None)

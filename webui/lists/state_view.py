# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list may be set to for somebody, and what each step says before it is set: what it adds, what may break. Pure.

A list is off or on; a pack has a level; a group or a device may also have what the wider scope has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blocklists.packs import vendor_packs
from blocklists.packs.vendor_packs import Pack, PackName
from evidence.whatif import change_words
from store.base.sentences import recall, say, say_count
from store.config.choices import ListKind, PackLevel
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE
from webui.views import formatting
from webui.views.labels import label

OFF, ON, INHERIT = "off", "on", "inherit"
MAX_SAMPLES, MAX_NOTES = 3, 4  # that a person reads before a click


@dataclass(frozen=True, slots=True)
class Step:
    """`now`: it holds already; `names`: how many it blocks, None where that is not known; `change`: its what-if."""

    key: str
    title: str
    now: bool
    names: int | None
    says: str
    breaks: tuple[str, ...]
    change: str


@dataclass(frozen=True, slots=True)
class Picker:
    """`whom`: as sentences end with it."""

    id: str
    title: str
    scope: str
    whom: str
    steps: tuple[Step, ...]


def picker(view: BlocklistView, scope: str, whom: str) -> Picker:
    """The steps for one scope, in the order of how much they block."""
    own = next((toggle for toggle in view.toggles if toggle.scope == scope), None)
    wide = scope == str(HOUSE)
    pack = vendor_packs.of_list(view.id) if view.kind == ListKind.PACK else None
    house = _state(view.on, view.level, pack)
    state = house if wide else INHERIT if own is None else _state(own.on, own.level or view.level, pack)
    now = house if state == INHERIT else state
    keys = [OFF, *(PackLevel if pack else (ON,))]
    steps = [_step(view, key, key == state, now, scope, pack) for key in keys]
    if not wide:
        steps.insert(0, _inherit(view, house, state == INHERIT, now, scope, pack))
    return Picker(view.id, view.title, scope, whom, tuple(steps))


def _state(on: bool, level: str | None, pack: Pack | None) -> str:
    if not on:
        return OFF
    return (level or PackLevel.SAFE) if pack else ON


def _inherit(view: BlocklistView, house: str, chosen: bool, now: str, scope: str, pack: Pack | None) -> Step:
    title = say("as the house ({state})", state=label(house))
    step = _step(view, house, chosen, now, scope, pack)
    says = say("A group it is in comes first, then the house.")
    return Step(INHERIT, title, chosen, step.names, says, step.breaks, "")


def _step(view: BlocklistView, key: str, chosen: bool, now: str, scope: str, pack: Pack | None) -> Step:
    change = change_words.turned(view.id, key != OFF, key if pack and key != OFF else "", scope)
    if pack is None:
        return Step(key, label(key), chosen, _size(view) if key == ON else 0, _plain(view, key), (), change)
    before, after = _blocked(view, pack, now), _blocked(view, pack, key)
    more = [name for name in after if name not in before]
    less = [name for name in before if name not in after]
    return Step(key, label(key), chosen, len(after), _difference(more, less), _breaks(more), change)


def _blocked(view: BlocklistView, pack: Pack, key: str) -> list[PackName]:
    """The names of a pack that a step blocks, without those that the guard leaves out."""
    if key == OFF:
        return []
    left_out = {rule.strip("|^") for rule in view.status.guarded} if view.guard and view.status else set()
    return [name for name in vendor_packs.names_at(pack, key) if name.name not in left_out]


def _size(view: BlocklistView) -> int | None:
    status = view.status
    return status.block_names + status.allow_names if status is not None and status.fetched_at is not None else None


def _plain(view: BlocklistView, key: str) -> str:
    if key == OFF:
        return say("Nothing of it is allowed any more.") if view.allow else say("Nothing of it is blocked any more.")
    if view.allow:
        return say("Its names are allowed, whatever other lists say.")
    size = _size(view)
    if size is None:
        return say("It is fetched first, which takes a minute or so.")
    return say_count(size, "Its {count:,} name is blocked.", "Its {count:,} names are blocked.")


def _difference(more: Sequence[PackName], less: Sequence[PackName]) -> str:
    if more:
        names = formatting.listed([name.name for name in more[:MAX_SAMPLES]])
        return say_count(
            len(more), "It blocks {count:,} name more than now: {names}.",
            "It blocks {count:,} names more than now, such as {names}.", names=names,
        )  # fmt: skip
    if less:
        return say_count(
            len(less), "It lets {count:,} name through that is blocked now.",
            "It lets {count:,} names through that are blocked now.",
        )  # fmt: skip
    return say("This is what holds now.")


def _breaks(more: Sequence[PackName]) -> tuple[str, ...]:
    """What the pack's authors fear of the names that come in: what breaks surely first, each sentence once."""
    risky = sorted((name for name in more if name.breakage != "none" and name.note), key=_risk)
    return tuple(dict.fromkeys(recall(name.note) for name in risky))[:MAX_NOTES]


def _risk(name: PackName) -> tuple[bool, str]:
    return name.breakage != "high", name.name

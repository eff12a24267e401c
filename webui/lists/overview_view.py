# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in force, how well it is, and who has it otherwise: the first page about lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from store.base.sentences import say, say_count, together
from store.config.choices import ListKind
from store.config.lists import BlocklistView
from store.names.list_anchor import page_of
from webui.views import formatting
from webui.views.labels import label

OLD_DAYS = 14  # lists are looked at daily: one of two weeks has failed for long, or its authors let it rest
MAX_NAMES = 3  # of exceptions that a row names
DAY = 86_400


class Cure(StrEnum):
    """What helps a list that is not well."""

    AGAIN = "again"
    TAKE = "take"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class InForce:
    """A list that is on for the house. `let_through`: names that it would block and the home lets through."""

    id: str
    href: str
    title: str
    pack: bool
    allow: bool
    state: str
    hits: int
    let_through: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A list that is on and not well. `at`: when it was fetched last, Unix seconds."""

    id: str
    href: str
    title: str
    sentence: str
    cure: Cure
    at: int | None


def in_force(
    views: Iterable[BlocklistView], hits: Mapping[str, int], let_through: Mapping[str, Sequence[str]]
) -> list[InForce]:
    """Lists that are on for the house, what stopped most today first."""
    rows = [
        InForce(
            view.id, page_of(view.id), view.title, view.kind == ListKind.PACK, view.allow,
            label(view.level) if view.level else "", hits.get(view.id, 0),
            tuple(map(formatting.visible, let_through.get(view.id, ())[:MAX_NAMES])),
            max(0, len(let_through.get(view.id, ())) - MAX_NAMES),
        )
        for view in views if view.on
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.hits, row.title.casefold()))


def troubles(views: Iterable[BlocklistView], now: float) -> list[Trouble]:
    """What needs a person: failed first, then held back, then old, then what waits to be fetched."""
    rows = [trouble for view in views if (trouble := _trouble(view, now)) is not None]
    order = (Cure.AGAIN, Cure.TAKE, Cure.WAIT)
    return sorted(rows, key=lambda row: (order.index(row.cure), row.at or 0, row.title.casefold()))


def _trouble(view: BlocklistView, now: float) -> Trouble | None:
    on = view.on or any(toggle.on for toggle in view.toggles)
    if not on or view.kind == ListKind.PACK:
        return None
    status = view.status
    fetched = status.fetched_at if status is not None else None

    def made(sentence: str, cure: Cure) -> Trouble:
        return Trouble(view.id, page_of(view.id), view.title, sentence, cure, fetched)

    if status is not None and status.error:
        return made(status.error, Cure.AGAIN)
    if status is not None and status.held:
        why = status.held
        return made(say("A newer version is held back: {why}. The last good one stays in use.", why=why), Cure.TAKE)
    if fetched is None:
        return made(say("It is on and will be fetched within a minute or so; until then it blocks nothing."), Cure.WAIT)
    if now - fetched > OLD_DAYS * DAY:
        days = say_count(int((now - fetched) // DAY), "{count:,} day", "{count:,} days")
        return made(say("Its copy is {days} old: its source has sent nothing newer since.", days=days), Cure.AGAIN)
    return None


def first_sentence(rows: Sequence[InForce], ill: Sequence[Trouble]) -> str:
    """What holds, in a sentence or two."""
    stopped, on = sum(row.hits for row in rows), len(rows)
    if not on:
        return say("No list is on for the house, so nothing is stopped but what your own rules say.")
    lists = say_count(on, "{count:,} list is in force", "{count:,} lists are in force")
    line = say("{lists} for the whole house and stopped {stopped:,} queries today.", lists=lists, stopped=stopped)
    needing = sum(each.cure is not Cure.WAIT for each in ill)
    if needing:
        return together(line, say_count(needing, "{count:,} of them needs you.", "{count:,} of them need you."))
    return together(line, say("All of them are well.")) if not ill else line

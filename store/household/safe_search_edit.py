# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search, edited: engines on or off for a scope, in a schedule where one is named. Raises EditError, NotFound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.base.sentences import say
from store.config import existing
from store.config.choices import SearchEngine, YoutubeLevel
from store.config.edit import KEEP
from store.config.engine import Engine
from store.config.scopes import HOUSE, Scope
from store.config.session import EditError, bump, looking, selected, writing
from store.history import called
from store.rows import orm, tables

ALL = "all"


@dataclass(frozen=True, slots=True)
class SafeSearchView:
    """What one scope says of one engine; `level` is YouTube's, "" for the others. `schedule`: its id."""

    scope: str
    engine: SearchEngine
    on: bool
    level: str
    schedule: int | None


def set_safe_search(
    e: Engine,
    engines: Sequence[str] = (ALL,),
    on: bool | None = True,
    *,
    scope: str = str(HOUSE),
    youtube: str = "",
    schedule: int | None = KEEP,
) -> None:
    """Turn engines on or off for a scope, or with None let it follow the wider one again; `all` stands for every one.

    `youtube`: how far its Restricted Mode goes; left out, as it was, at first strict. `schedule`: the id of the one
    inside which alone this holds, None for at all times.
    """
    chosen = check_engines(engines)
    if youtube and youtube not in tuple(YoutubeLevel):
        raise EditError(say("'{level}' is no level of YouTube: choose {choices}.", level=youtube,
                            choices=", ".join(YoutubeLevel)))  # fmt: skip
    with writing(e, _what(chosen, on, scope)) as session:
        kind, number = existing.scope(session, scope)
        if schedule not in (None, KEEP):
            existing.schedule(session, schedule)
        for engine in chosen:
            row = session.get(tables.SafeSearch, (kind, number, engine))
            if on is None:
                if row is not None:
                    session.delete(row)
                continue
            row = row or tables.SafeSearch(scope_kind=kind, scope_id=number, engine=engine, on=on)
            row.on = on
            if schedule != KEEP:
                row.schedule_id = schedule
            if engine == SearchEngine.YOUTUBE:
                row.level = youtube or row.level or YoutubeLevel.STRICT
            session.add(row)
        bump(session)


def safe_search(e: Engine) -> list[SafeSearchView]:
    """All that is said, the house first, then by scope, each in the order of the engines."""
    with looking(e) as con:
        rows = selected(con, "SELECT * FROM safe_search", truths=("on",))
    views = [_view(row) for row in rows if row.engine in tuple(SearchEngine)]
    order = list(SearchEngine)
    return sorted(views, key=lambda view: (view.scope != str(HOUSE), view.scope, order.index(view.engine)))


def check_engines(words: Sequence[str]) -> list[SearchEngine]:
    """The engines that are meant; raises EditError for a word that is none."""
    if ALL in words:
        return list(SearchEngine)
    unknown = [word for word in words if word not in tuple(SearchEngine)]
    if unknown or not words:
        raise EditError(say(
            "'{word}' is no search engine with a safe search for a network: choose {choices} or all.",
            word=unknown[0] if unknown else "", choices=", ".join(SearchEngine),
        ))  # fmt: skip
    return [SearchEngine(word) for word in dict.fromkeys(words)]


def _what(chosen: Sequence[SearchEngine], on: bool | None, scope: str) -> str:
    named = {"engines": ", ".join(chosen), "scope": called.scope(scope)}
    if on is None:
        return say("Safe search ({engines}) follows the wider scope again for {scope}.", **named)
    if on:
        return say("Safe search ({engines}) is on for {scope}.", **named)
    return say("Safe search ({engines}) is off for {scope}.", **named)


def _rows(session: orm.Session) -> list[tables.SafeSearch]:
    return [row for row in session.exec(orm.select(tables.SafeSearch)) if row.engine in tuple(SearchEngine)]


def _view(row: tables.SafeSearch) -> SafeSearchView:
    scope = str(Scope.of_row(row.scope_kind, row.scope_id))
    return SafeSearchView(scope, SearchEngine(row.engine), row.on, row.level, row.schedule_id)

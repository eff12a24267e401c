# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocklists that the home knows: packs and catalogue brought in at the start, others added by hand."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from store.base.sentences import say
from store.config import list_status
from store.config.choices import SHIPPED, ListKind, PackLevel
from store.config.engine import Engine
from store.config.list_input import check_format, check_source, check_title, new_id, title_of
from store.config.list_status import ListStatus, ListUpdate
from store.config.rule_input import check_answer
from store.config.scopes import HOUSE, Scope
from store.config.session import EditError, NotFound, Unnoted, bump, connection, looking, selected, writing
from store.history import called
from store.history.notes import Note
from store.names.list_origins import shown
from store.rows import orm, tables

MAX_ADDED = 200  # lists added by hand; each is a bit of every rule in the index


@dataclass(frozen=True, slots=True)
class BlocklistSeed:
    """A blocklist as a pack or the catalogue describes it. `on` and `level` hold when it is first seen."""

    id: str
    kind: ListKind
    title: str
    source: str
    format: str | None = None
    allow: bool = False
    about: str = ""
    licence: str = ""
    purpose: str = ""
    size: str = ""
    homepage: str = ""
    on: bool = False
    level: PackLevel | None = None


@dataclass(frozen=True, slots=True)
class ToggleView:
    """One toggle; scope is `house`, `group:ID` or `device:ID`; schedule: the id of the one inside which it holds."""

    scope: str
    on: bool
    level: PackLevel | None
    schedule: int | None = None


@dataclass(frozen=True, slots=True)
class BlocklistView:
    """A blocklist with all that a page shows; `on` and `level` are the house's, `source` without its secrets."""

    id: str
    kind: ListKind
    title: str
    source: str
    format: str | None
    allow: bool
    about: str
    licence: str
    purpose: str
    size: str
    homepage: str
    added_at: int
    on: bool
    level: PackLevel | None
    toggles: tuple[ToggleView, ...]
    status: ListUpdate[int] | None
    options: dict[str, Any] = field(default_factory=dict)
    answer: str = ""
    guard: bool = True


def blocklists(e: Engine) -> list[BlocklistView]:
    """All blocklists but the services: packs, then the catalogue, then what was added, each by title."""
    return [view for view in _views(e) if view.kind != ListKind.SERVICE]


def services(e: Engine) -> list[BlocklistView]:
    """The services by title; also one that is gone from the program and still on somewhere."""
    return [view for view in _views(e) if view.kind == ListKind.SERVICE]


def _views(e: Engine) -> list[BlocklistView]:
    with looking(e) as con:
        statuses, toggles = list_status.statuses(con), dict[str, list[Any]]()
        for toggle in selected(con, "SELECT * FROM toggle", truths=("on",)):
            toggles.setdefault(toggle.blocklist_id, []).append(toggle)
        lists = selected(con, "SELECT * FROM blocklist", truths=("allow", "guard"))
        views = [_view(row, statuses.get(row.id), toggles.get(row.id, [])) for row in lists]
    order = list(ListKind)
    return sorted(views, key=lambda view: (order.index(view.kind), view.title.casefold(), view.id))


def blocklist(e: Engine, blocklist_id: str) -> BlocklistView:
    """One of them, or a service; raises NotFound."""
    for view in _views(e):
        if view.id == blocklist_id:
            return view
    raise NotFound(say("There is no blocklist '{id}'; 'telltale lists' shows all.", id=blocklist_id))


def add_blocklist(
    e: Engine,
    source: str,
    title: str | None = None,
    format: str | None = None,  # noqa: A002
    allow: bool = False,
) -> str:
    """Add a list by URL or absolute file path, on for the house at once; returns its id (`added:…`)."""
    source = check_source(source)
    title = check_title(title) if title and title.strip() else title_of(source)
    with writing(e, say("The list {title} is added.", title=title)) as session:
        return put_list(session, source, title, format, allow)


def put_list(session: orm.Session, source: str, title: str, format: str | None, allow: bool) -> str:  # noqa: A002
    """The same within an edit, of a source and a title that are checked."""
    rows = session.exec(orm.select(tables.Blocklist)).all()
    for row in rows:
        if row.source == source:
            raise EditError(say("This list is here already, as '{id}'.", id=row.id))
    if sum(row.kind == ListKind.ADDED for row in rows) >= MAX_ADDED:
        raise EditError(say("{most} lists are added already; remove one first.", most=MAX_ADDED))
    list_id = new_id(title, {row.id for row in rows})
    session.add(tables.Blocklist(
        id=list_id, kind=ListKind.ADDED, title=title, source=source, format=check_format(format), allow=allow,
        added_at=int(time.time()),
    ))  # fmt: skip
    session.flush()  # the toggle refers to it
    session.add(_for_house(list_id, on=True))
    bump(session)
    return list_id


def update_blocklist(e: Engine, blocklist_id: str, **fields: Any) -> None:
    """Change `title`, `source`, `format` or `allow` of a list that was added by hand; of any list also
    `answer` (to what it blocks) and `guard`, of any but a pack `options` (how it is read, as a dict that the list
    update checks).
    """
    named = {"list": called.blocklist(blocklist_id), "fields": ", ".join(fields)}
    with writing(e, say("The list {list} is changed ({fields}).", **named)) as session:
        row = _changeable(session, blocklist_id, fields.keys())
        for key, value in fields.items():
            if key == "options":
                row.options = json.dumps(value)
            elif key == "answer":
                row.answer = check_answer(str(value))
            elif key == "guard":
                row.guard = bool(value)
            elif key == "title":
                row.title = check_title(str(value))
            elif key == "source":
                # Whoever reads a list and writes it back has not seen its secrets, and means them to stay.
                row.source = row.source if value == shown(row.source) else check_source(str(value))
            elif key == "format":
                row.format = check_format(value)
            elif key == "allow":
                row.allow = bool(value)
            else:
                raise EditError(say(
                    "'{key}' of a blocklist cannot be changed; title, source, format and allow can.", key=key
                ))
        if fields.keys() & {"source", "format", "allow"}:  # what was fetched is not what is wanted now
            list_status.put(connection(session), blocklist_id, list_status.unfetched)
        bump(session)


def accept_held(e: Engine, blocklist_id: str) -> None:
    """Take the version of a list that is held back: the list update fetches it again, and takes just that one."""
    taken = say("The newer version of {list} is taken.", list=called.blocklist(blocklist_id))
    with writing(e, Note(taken, final=say("The version before is not kept; turn the list off instead."))) as session:
        _fetched(session, blocklist_id)
        status = list_status.of(connection(session), blocklist_id)
        if status is None or status.held_sha256 is None:
            raise EditError(say("No version of this list is held back."))
        list_status.put(
            connection(session), blocklist_id, lambda was: replace(was, accepted=was.held_sha256, checked_at=None)
        )
        bump(session)


def remove_blocklist(e: Engine, blocklist_id: str) -> None:
    """Forget a list that was added by hand, with its toggles and status."""
    with writing(e, say("The list {list} is removed.", list=called.blocklist(blocklist_id))) as session:
        session.delete(_added(session, blocklist_id))
        bump(session)


def sync_blocklists(e: Engine, entries: Sequence[BlocklistSeed]) -> None:
    """Bring packs and catalogue into the table: new ones with their toggles, known ones with their newer words.

    What is gone from both is forgotten unless it is on somewhere. The same entries again change nothing.
    """
    with writing(e, Unnoted("what comes with Telltale is no decision of the home")) as session:
        known = {row.id: row for row in session.exec(orm.select(tables.Blocklist))}
        new = [seed for seed in entries if seed.id not in known]
        changed = _begin(session, new)
        for seed in entries:
            row = known.pop(seed.id, None)
            changed |= row is not None and _refresh(row, seed)
        in_use = {toggle.blocklist_id for toggle in session.exec(orm.select(tables.Toggle)) if toggle.on}
        for row in known.values():
            if row.kind != ListKind.ADDED and row.id not in in_use:
                session.delete(row)
        if changed:
            bump(session)


_WORDS = ("kind", "title", "source", "format", "allow", "about", "licence", "purpose", "size", "homepage")


def _begin(session: orm.Session, seeds: Sequence[BlocklistSeed]) -> bool:
    """Put in what is new; whether any of it is on."""
    added_at = int(time.time())
    for seed in seeds:
        words = {key: getattr(seed, key) for key in _WORDS}
        session.add(tables.Blocklist(id=seed.id, added_at=added_at, **words))
    session.flush()  # the toggles refer to them
    session.add_all(_for_house(seed.id, on=seed.on, level=seed.level) for seed in seeds if seed.on or seed.level)
    return any(seed.on for seed in seeds)


def _refresh(row: tables.Blocklist, seed: BlocklistSeed) -> bool:
    changes = [key for key in _WORDS if getattr(row, key) != getattr(seed, key)]
    for key in changes:
        setattr(row, key, getattr(seed, key))
    return bool({"kind", "allow"} & set(changes))


_OF_ANY = {"options", "answer", "guard"}
_OF_SHIPPED = {ListKind.PACK: {"answer", "guard"}, ListKind.SERVICE: {"answer"}}


def _changeable(session: orm.Session, blocklist_id: str, fields: AbstractSet[str]) -> tables.Blocklist:
    """The list whose `fields` may be changed."""
    if not fields <= _OF_ANY:
        return _added(session, blocklist_id)
    row = session.get(tables.Blocklist, blocklist_id)
    if row is not None and row.kind in SHIPPED and fields <= _OF_SHIPPED[ListKind(row.kind)]:
        return row
    return _fetched(session, blocklist_id)


def _known(session: orm.Session, blocklist_id: str) -> tables.Blocklist:
    if (row := session.get(tables.Blocklist, blocklist_id)) is None:
        raise NotFound(say("There is no blocklist '{id}'; 'telltale lists' shows all.", id=blocklist_id))
    return row


def _fetched(session: orm.Session, blocklist_id: str) -> tables.Blocklist:
    row = _known(session, blocklist_id)
    if row.kind in SHIPPED:
        raise EditError(say("'{id}' comes with Telltale and is not fetched.", id=blocklist_id))
    return row


def _added(session: orm.Session, blocklist_id: str) -> tables.Blocklist:
    row = _known(session, blocklist_id)
    if row.kind != ListKind.ADDED:
        raise EditError(say(
            "'{id}' belongs to Telltale and cannot be changed or removed; turn it off instead.", id=blocklist_id
        ))
    return row


def _view(row: Any, status: ListStatus | None, toggles: Sequence[Any]) -> BlocklistView:
    """Of a row of `blocklist` and those of `toggle` that are about it."""
    scoped = [(Scope.of_row(toggle.scope_kind, toggle.scope_id), toggle) for toggle in toggles]
    house = next((toggle for scope, toggle in scoped if scope == HOUSE), None)
    return BlocklistView(
        **{key: getattr(row, key) for key in ("id", *_WORDS, "added_at")}
        | {"kind": ListKind(row.kind), "source": shown(row.source)},
        on=bool(house and house.on),
        level=_level(house.level if house else None) or PackLevel.SAFE if row.kind == ListKind.PACK else None,
        toggles=tuple(
            ToggleView(str(scope), toggle.on, _level(toggle.level), toggle.schedule_id)
            for scope, toggle in scoped
        ),
        status=None if status is None else list_status.shown(status, int),
        options=json.loads(row.options), answer=row.answer, guard=row.guard,
    )  # fmt: skip


def _for_house(blocklist_id: str, *, on: bool, level: PackLevel | None = None) -> tables.Toggle:
    return tables.Toggle(scope_kind=HOUSE.kind, scope_id=HOUSE.number, blocklist_id=blocklist_id, on=on, level=level)


def _level(stored: str | None) -> PackLevel | None:
    return PackLevel(stored) if stored else None

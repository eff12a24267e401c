# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists as the update process sees them: what is installed, what was found, and that a new index is out.

Every column of `blocklist_status` is declared once, as a field below: SQL, the update, the API and the pages read from
there. Plain sqlite3: the update process has no need of SQLModel's memory.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from store.base.db import transaction
from store.base.sentences import packed, recall, say, unpacked
from store.config import wall_blocklists

OWN = "added:"  # how ids of lists begin that somebody added

Time = TypeVar("Time")
Said = TypeVar("Said")


def _about(text: str) -> dict[str, str]:
    """What a column means, which is also its description in the API."""
    return {"description": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """What is known of a list's text. `rules` counts lines' rules, the `_names` distinct names; `bytes` the text."""

    bytes: int = 0
    lines: int = 0
    rules: int = 0
    block_names: int = 0
    allow_names: int = 0
    skipped: dict[str, int] = field(default_factory=dict, metadata=_about("lines that were passed over, by reason"))
    kinds: dict[str, int] = field(default_factory=dict, metadata=_about("rules by kind"))
    guarded: dict[str, str] = field(
        default_factory=dict, metadata=_about("rules that were left out, with why; `guard` false takes them anyway")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUpdate(ListFacts, Generic[Time]):
    """What the last update of a list found, as it is shown; names are distinct ones."""

    checked_at: Time | None = None
    fetched_at: Time | None = None
    changed_at: Time | None = None
    error: str | None = None
    changes: dict[str, Any] = field(
        default_factory=dict, metadata=_about("of the last change: added, removed, some_added, some_removed")
    )
    held: str | None = field(
        default=None, metadata=_about("why a newer version is held back; POST …/accept takes it")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStatus(ListUpdate[int]):
    """A row of blocklist_status. Times: Unix seconds. Dicts are JSON in SQL.

    `held_sha256`: the digest of the version that is held back; `accepted`: of the one that a person takes all the same.
    """

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    held_sha256: str | None = None
    accepted: str | None = None


NEVER = ListStatus()  # updated
COLUMNS = tuple(column.name for column in fields(ListStatus))
FACTS = tuple(column.name for column in fields(ListFacts))
_SHOWN = tuple(column.name for column in fields(ListUpdate))
_TIMES = frozenset(name for name, kind in get_type_hints(ListUpdate).items() if Time in get_args(kind))
_JSON = frozenset(name for name, kind in get_type_hints(ListStatus).items() if get_origin(kind) is dict)
_SENTENCES = ("error", "held")
_LISTED = ", ".join(COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A blocklist and what the last update knew of it. `on`: in any scope."""

    id: str
    kind: str
    title: str
    source: str = field(repr=False)  # with its secrets: it is fetched from there
    format: str | None = None
    allow: bool = False
    on: bool = False
    guard: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    status: ListStatus = NEVER


def installed(con: sqlite3.Connection) -> list[Installed]:
    """Every blocklist in the table, by id."""
    rows = con.execute(
        f"""SELECT id, kind, title, source, format, allow, guard, options,
                   EXISTS (SELECT 1 FROM toggle t WHERE t.blocklist_id = b.id AND t."on"), blocklist_id, {_LISTED}
            FROM blocklist b LEFT JOIN blocklist_status ON blocklist_id = id ORDER BY id"""  # noqa: S608 - names of ours
    )
    return [
        Installed(
            id=name, kind=kind, title=shown_title(name, title), source=source, format=form, allow=bool(allow),
            guard=bool(guard), options=json.loads(options), on=bool(on),
            status=NEVER if known is None else _status(values),
        )
        for name, kind, title, source, form, allow, guard, options, on, known, *values in rows
    ]  # fmt: skip


def statuses(con: sqlite3.Connection) -> dict[str, ListStatus]:
    """Blocklist id → what the last update found; nothing of those that were never fetched."""
    rows = con.execute(f"SELECT blocklist_id, {_LISTED} FROM blocklist_status")  # noqa: S608 - names of ours
    return {blocklist_id: _status(values) for blocklist_id, *values in rows}


def note(con: sqlite3.Connection, blocklist_id: str, change: Callable[[ListStatus], ListStatus]) -> None:
    """Change a list's status in a transaction: `change` takes it as it is, and gives it as it is to be.

    A list that was removed in the meantime is passed over.
    """
    with transaction(con):
        put(con, blocklist_id, change)


def put(con: sqlite3.Connection, blocklist_id: str, change: Callable[[ListStatus], ListStatus]) -> None:
    """`note` inside a transaction that has begun."""
    if not con.execute("SELECT 1 FROM blocklist WHERE id = ?", (blocklist_id,)).fetchone():
        return
    before = of(con, blocklist_id) or NEVER
    status = change(before)
    if status == before:
        return
    stored = [getattr(status, name) for name in COLUMNS]
    values = [_written(value) for value in stored]
    marks = ", ".join("?" * len(COLUMNS))
    con.execute(
        f"INSERT OR REPLACE INTO blocklist_status (blocklist_id, {_LISTED}) VALUES (?, {marks})",  # noqa: S608
        (blocklist_id, *values),
    )


def of(con: sqlite3.Connection, blocklist_id: str) -> ListStatus | None:
    """The status of one list; None when it was never fetched."""
    sql = f"SELECT {_LISTED} FROM blocklist_status WHERE blocklist_id = ?"  # noqa: S608
    row = con.execute(sql, (blocklist_id,)).fetchone()
    return None if row is None else _status(row)


def shown(status: ListUpdate[int], time_of: Callable[[int], Said]) -> ListUpdate[Said]:
    """What of it people see, with times as `time_of` gives them."""
    values = {name: getattr(status, name) for name in _SHOWN}
    times = {name: time_of(values[name]) for name in _TIMES if values[name] is not None}
    return ListUpdate(**{**values, **times})


def fault(status: ListUpdate[Any]) -> str | None:
    """What is wrong with a list, as a sentence: its last fetch failed, or a newer version is held back."""
    if status.error or not status.held:
        return status.error
    return say(
        "Held back: {why}. The last good copy stays in use; accept the new one if it is meant.", why=status.held
    )


def facts(of_text: ListFacts) -> dict[str, Any]:
    """The columns that tell of a list's text."""
    return {name: getattr(of_text, name) for name in FACTS}


def _status(values: Sequence[Any]) -> ListStatus:
    named = dict(zip(COLUMNS, values, strict=True))
    for name in _JSON:
        named[name] = json.loads(named[name])
    named["guarded"] = {rule: unpacked(why) for rule, why in named["guarded"].items()}
    return ListStatus(**named | {name: unpacked(named[name]) for name in _SENTENCES if named[name]})


def _written(value: Any) -> Any:
    """A column's value: sentences with what they were made of."""
    if isinstance(value, dict):
        return json.dumps({key: packed(item) if isinstance(item, str) else item for key, item in value.items()})
    return packed(value) if isinstance(value, str) else value


def unfetched(status: ListStatus) -> ListStatus:
    """As if nothing had been fetched yet: due at once, and whole."""
    return replace(status, checked_at=None, etag=None, last_modified=None, sha256=None)


def bump_index_generation(con: sqlite3.Connection) -> int:
    """Say that a new index is published; returns the new generation."""
    with transaction(con):
        con.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'index_generation'")
        return int(con.execute("SELECT value FROM meta WHERE key = 'index_generation'").fetchone()[0])


def titles(con: sqlite3.Connection) -> dict[str, str]:
    """Blocklist id → title, those of the wall among them."""
    rows = con.execute("SELECT id, title FROM blocklist")
    return {**wall_blocklists.TITLES, **{name: shown_title(name, title) for name, title in rows}}


def shown_title(blocklist_id: str, title: str) -> str:
    """A title for people: one of ours is a sentence, that of a list which somebody added a name that stays as it is."""
    return title if blocklist_id.startswith(OWN) else recall(title)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the query log and their ids: looked up, or stored when new, and remembered within a bound."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import filterfalse
from typing import Any

from store.base import bulk_insert
from store.log.name_facts import NOBODY, NameFacts, store_by, stored
from store.log.records import OUTCOME, OUTCOME_COLUMNS, RULE, Outcome, counted_sql, ruled
from store.sums import packed

MAX_CACHED = 30_000  # entries a table, some 15 MiB in all; a full cache is cleared and fills with what is in use
# Names that are not in known_names yet, some 2.5 MiB; then that takes them in, all at once, which writes most of its
# pages: with a quarter of this, names that nobody asked before cost 40 % more time and write three times as much.
MAX_RECENT = 20_000
MAX_RECENT_OUTCOMES = 1_000  # the same for known_outcomes, some 300 KiB
AT_ONCE = 32  # new outcomes are stored between two moments for others: some 12 µs each

# In a crowd there are thousands of them; an address has had one device or two.
_CLIENTS = """SELECT c.address, c.noted_id, c.id FROM json_each(?) j CROSS JOIN clients c ON c.address = j.value"""
_OLDER = "SELECT name, id FROM known_names WHERE name IN (SELECT value FROM json_each(?))"
_WORD = {"upstreams": "spec", "sources": "name"}  # which column of a table has the word
_MARKS = ", ".join("?" * len(OUTCOME))
_OLD_OUTCOME = f"SELECT id FROM known_outcomes WHERE ({OUTCOME_COLUMNS}) = ({_MARKS})"  # noqa: S608 - fixed text
_NEW_OUTCOME = f"INSERT INTO outcomes ({OUTCOME_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608
_KNOWN_OUTCOME = f"INSERT INTO known_outcomes ({OUTCOME_COLUMNS}, id) VALUES ({_MARKS}, ?)"  # noqa: S608

_Client = tuple[str, int]
"""An address, and the device that it belongs to; 0 is no device."""


class Interner:
    """Ids of clients, names and outcomes. Call within a transaction; after a rollback call `forget`.

    `between`: called between two small pieces of work, as of `Writer`; `titles`: by which new lists are stored.
    """

    def __init__(
        self, con: sqlite3.Connection, facts: NameFacts, between: Callable[[], object] = bulk_insert.at_once
    ) -> None:
        self._con, self._between = con, between
        self._facts, self._noted = facts, False
        self.titles: Mapping[str, str] = {}
        self._names: dict[str, int] = {}
        self._recent: dict[str, int] | None = None
        self._clients: dict[tuple[str, int], int] = {}
        self._outcomes: dict[Outcome, dict[str, int]] = {}  # of an outcome without its rule, by that
        self._outcomes_held = 0
        self._recent_outcomes: dict[_Values, int] | None = None
        self._purged = -1

    def forget(self) -> None:
        """Drop every remembered id."""
        self._noted = False
        self._names.clear()
        self._recent = None
        self._clients.clear()
        self._outcomes.clear()
        self._outcomes_held = 0
        self._recent_outcomes = None

    def refresh(self) -> None:
        """Drop them if rows were deleted since: an id may mean nothing now, or something else.

        By which facts new names are stored is noted before the first of them.
        """
        purged = self._con.execute("SELECT value FROM marks WHERE key = 'names_purged'").fetchone()[0]
        if purged != self._purged:
            self.forget()
            self._purged = purged
        if not self._noted:
            store_by(self._con, self._facts.version)
            self._noted = True

    def follow(self, facts: NameFacts) -> None:
        """New names are stored by these facts."""
        self._facts, self._noted = facts, False

    def client(self, address: str, device_id: int) -> int:
        """The id of an address while it belongs to a device; 0 is no device."""
        return self.clients([(address, device_id)])[0]

    def clients(self, clients: Sequence[_Client]) -> list[int]:
        """The ids of addresses, each while it belongs to a device."""
        cache = self._clients
        missing = list(dict.fromkeys(filterfalse(cache.__contains__, clients)))
        if missing and len(cache) + len(missing) > MAX_CACHED:
            cache.clear()
            missing = list(dict.fromkeys(clients))
        if missing:
            addresses = json.dumps([address for address, _ in missing])
            cache.update(((address, device), number) for address, device, number
                         in self._con.execute(_CLIENTS, (addresses,)))  # fmt: skip
            if new := [client for client in missing if client not in cache]:
                cache.update(self._store_clients(new))
        return list(map(cache.__getitem__, clients))

    def name(self, name: str) -> int:
        """The id of a name."""
        return self.names([name])[0]

    def names(self, names: Sequence[str]) -> list[int]:
        """The ids of names; whose a new one is, is looked up when it is stored."""
        cache = self._names
        missing = list(dict.fromkeys(filterfalse(cache.__contains__, names)))
        if missing and len(cache) + len(missing) > MAX_CACHED:
            cache.clear()
            missing = list(dict.fromkeys(names))
        if missing:
            self._find(missing)
        return list(map(cache.__getitem__, names))

    def outcome(self, outcome: Outcome) -> int:
        """The id of all of a key but its name."""
        return self.outcomes([ruled(outcome, "")], [0], [str(outcome[RULE])])[0]

    def outcomes(self, outcomes: Sequence[Outcome], outcome_of: Sequence[int], rules: Sequence[str]) -> list[int]:
        """The ids of the outcomes of keys, whose rules are apart, see store.log.batches.Columns."""
        by_rule = [self._outcomes.get(outcome, {}) for outcome in outcomes]
        numbers, new = [by_rule[place].get(rule, 0) for place, rule in zip(outcome_of, rules, strict=True)], 0
        if not all(numbers):
            for key, (place, rule) in enumerate(zip(outcome_of, rules, strict=True)):
                if not numbers[key]:
                    numbers[key] = self._remembered(outcomes[place], rule)
                    new += 1
                    if new % AT_ONCE == 0:
                        self._between()
        return numbers

    def _remembered(self, outcome: Outcome, rule: str) -> int:
        """The id of an outcome with this rule, which is remembered from here on."""
        if number := self._outcomes.get(outcome, {}).get(rule):
            return number
        values = zip(OUTCOME, ruled(outcome, rule), strict=True)
        number = self._outcome(tuple(self._word(stored.table, value) for stored, value in values))
        if self._outcomes_held >= MAX_CACHED:
            self._outcomes.clear()
            self._outcomes_held = 0
        self._outcomes.setdefault(outcome, {})[rule] = number
        self._outcomes_held += 1
        return number

    def _word(self, table: str, value: int | str) -> int:
        """What stands for a value in `outcomes`: a number for itself, a word's id, 0 for none."""
        if isinstance(value, int):
            return value
        if not value:
            return 0
        if table == "names":
            return self.name(value)
        return self._list(value) if table == "lists" else self._stored(table, {_WORD[table]: value})

    def _find(self, names: list[str]) -> None:
        """Remember the ids of these different names, of those that are new by storing them."""
        if self._recent is None:
            mark = "(SELECT value FROM marks WHERE key = 'names_known')"
            self._recent = dict(self._con.execute(f"SELECT name, id FROM names WHERE id > {mark}"))  # noqa: S608
        recent = self._recent
        ids = {name: recent[name] for name in names if name in recent}
        older = json.dumps([name for name in names if name not in ids])
        ids.update(self._con.execute(_OLDER, (older,)))
        new = [name for name in names if name not in ids]
        if new:
            ids.update(self._store(new))
        self._names.update(ids)

    def _store_clients(self, clients: list[_Client]) -> dict[_Client, int]:
        """Store new clients at the end of their table."""
        first = self._con.execute("SELECT COALESCE(max(id), 0) + 1 FROM clients").fetchone()[0]
        made = dict(zip(clients, range(first, first + len(clients)), strict=True))
        addresses, devices = zip(*clients, strict=True)
        bulk_insert.insert(
            self._con, "clients (id, address, device_id, noted_id)", [made.values(), addresses, devices, devices],
            self._between,
        )  # fmt: skip
        return made

    def _store(self, names: list[str]) -> dict[str, int]:
        """Store new names at the end of their table."""
        assert self._recent is not None
        facts = list(map(stored, map(self._facts.of, names)))
        companies = [company for company, _ in facts]
        ids = {company: self.company(*company) for company in {*companies} - {NOBODY}}
        first = self._con.execute("SELECT COALESCE(max(id), 0) + 1 FROM names").fetchone()[0]
        made = dict(zip(names, range(first, first + len(names)), strict=True))
        company_ids, purposes = map(ids.get, companies), [purpose for _, purpose in facts]
        bulk_insert.insert(
            self._con, "names (id, name, company_id, purpose)", [made.values(), names, company_ids, purposes],
            self._between,
        )  # fmt: skip
        self._recent.update(made)
        if len(self._recent) >= MAX_RECENT:
            self._con.execute(
                """INSERT INTO known_names (name, id) SELECT name, id FROM names
                   WHERE id > (SELECT value FROM marks WHERE key = 'names_known') ORDER BY name"""
            )
            self._con.execute("UPDATE marks SET value = ? WHERE key = 'names_known'", (first + len(names) - 1,))
            self._recent.clear()
        return made

    def _outcome(self, values: "_Values") -> int:
        recent = self._recent_outcomes
        if recent is None:
            mark = "(SELECT value FROM marks WHERE key = 'outcomes_known')"
            rows = self._con.execute(f"SELECT id, {OUTCOME_COLUMNS} FROM outcomes WHERE id > {mark}")  # noqa: S608
            recent = self._recent_outcomes = {row[1:]: row[0] for row in rows}
        if (number := recent.get(values)) is not None:
            return number
        if row := self._con.execute(_OLD_OUTCOME, values).fetchone():
            return int(row[0])
        made = self._con.execute(_NEW_OUTCOME, values).lastrowid
        assert made is not None
        recent[values] = made
        if len(recent) >= MAX_RECENT_OUTCOMES:
            self._con.executemany(_KNOWN_OUTCOME, sorted((*known, number) for known, number in recent.items()))
            self._con.execute("UPDATE marks SET value = ? WHERE key = 'outcomes_known'", (made,))
            recent.clear()
        return made

    def company(self, name: str, kind: int) -> int:
        """The id of a company with a kind."""
        return self._stored("companies", {"name": name, "kind": kind})

    def _list(self, key: str) -> int:
        number = self._known("lists", {"key": key})
        return self._insert("lists", {"key": key, "title": self.titles.get(key, key)}) if number is None else number

    def _stored(self, table: str, values: dict[str, Any]) -> int:
        number = self._known(table, values)
        return self._insert(table, values) if number is None else number

    def _known(self, table: str, values: dict[str, Any]) -> int | None:
        where = " AND ".join(f"{column} = ?" for column in values)
        # Table and columns are literals of this file.
        row = self._con.execute(f"SELECT id FROM {table} WHERE {where}", tuple(values.values())).fetchone()  # noqa: S608
        return int(row[0]) if row else None

    def _insert(self, table: str, values: dict[str, Any]) -> int:
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 - as above
        made = self._con.execute(sql, tuple(values.values())).lastrowid
        assert made is not None
        return made


_Values = tuple[int, ...]
"""Of a row of `outcomes`, in the order of `OUTCOME`."""


def kinds(con: sqlite3.Connection, outcomes: Iterable[int]) -> dict[int, int]:
    """Outcome id → its kind (see store.sums.packed), which is what counts are kept by."""
    return _of_outcomes(con, packed.kind_sql("o", counted_sql("o")), outcomes)


def verdicts(con: sqlite3.Connection, outcomes: Iterable[int]) -> dict[int, int]:
    """Outcome id → its verdict as it counts."""
    return _of_outcomes(con, counted_sql("o"), outcomes)


def companies(con: sqlite3.Connection, names: Iterable[int]) -> dict[int, int]:
    """Name id → company id, for those of whose company or kind something is known."""
    rows = con.execute(
        """SELECT n.id, n.company_id FROM json_each(?) j CROSS JOIN names n ON n.id = j.value
           WHERE n.company_id IS NOT NULL""",
        (json.dumps(list(names)),),
    )
    return dict(rows)


def companies_of_kind(con: sqlite3.Connection, kind: int) -> frozenset[int]:
    """Company ids of a kind; of names of which nothing is known there is none, 0 stands for it elsewhere."""
    return frozenset(number for (number,) in con.execute("SELECT id FROM companies WHERE kind = ?", (kind,)))


def devices(con: sqlite3.Connection, clients: Iterable[int]) -> dict[int, int]:
    """Client id → device id, 0 for no device."""
    rows = con.execute(
        "SELECT c.id, c.device_id FROM json_each(?) j CROSS JOIN clients c ON c.id = j.value",
        (json.dumps(list(clients)),),
    )
    return dict(rows)


def _of_outcomes(con: sqlite3.Connection, value: str, outcomes: Iterable[int]) -> dict[int, int]:
    sql = f"SELECT o.id, {value} FROM json_each(?) j CROSS JOIN outcomes o ON o.id = j.value"  # noqa: S608 - fixed text
    return dict(con.execute(sql, (json.dumps(list(outcomes)),)))

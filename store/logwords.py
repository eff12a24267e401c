# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the query log and their ids: looked up, or stored when new, and remembered within a bound."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from store.records import Key

MAX_CACHED = 50_000  # entries a table, some 10 MiB in all; a full cache is cleared and fills with what is in use


class Words:
    """Ids of clients, names and outcomes. Call within a transaction; after a rollback call `forget`."""

    def __init__(self, con: sqlite3.Connection, company_of: Callable[[str], str | None]) -> None:
        self._con = con
        self._company_of = company_of
        self._names: dict[str, int] = {}
        self._clients: dict[tuple[str, int], int] = {}
        self._outcomes: dict[tuple[Any, ...], int] = {}
        self._purged = -1

    def forget(self) -> None:
        """Drop every remembered id."""
        self._names.clear()
        self._clients.clear()
        self._outcomes.clear()

    def refresh(self) -> None:
        """Drop them if rows were deleted since: an id may mean nothing now, or something else."""
        purged = self._con.execute("SELECT value FROM marks WHERE key = 'names_purged'").fetchone()[0]
        if purged != self._purged:
            self.forget()
            self._purged = purged

    def client(self, address: str, device_id: int) -> int:
        """The id of an address while it belongs to a device; 0 is no device."""
        found = self._clients.get((address, device_id))
        if found is None:
            found = self._stored("clients", {"address": address, "device_id": device_id})
            _remember(self._clients, (address, device_id), found)
        return found

    def name(self, name: str) -> int:
        """The id of a name; its company is looked up when it is stored."""
        found = self._names.get(name)
        if found is None:
            found = self._known("names", {"name": name})
            if found is None:
                company = self._company_of(name)
                company_id = self._stored("companies", {"name": company}) if company else None
                found = self._insert("names", {"name": name, "company_id": company_id})
            _remember(self._names, name, found)
        return found

    def outcome(self, key: Key) -> int:
        """The id of all of a key but its name."""
        rest = key[1:]
        found = self._outcomes.get(rest)
        if found is None:
            found = self._stored(
                "outcomes",
                {
                    "type": key.qtype,
                    "verdict": key.verdict,
                    "origin": key.origin,
                    "list_id": self._list(key.blocklist),
                    "rule_id": self.name(key.rule) if key.rule else 0,
                    "rcode": key.rcode,
                    "upstream_id": self._stored("upstreams", {"spec": key.upstream}) if key.upstream else 0,
                },
            )
            _remember(self._outcomes, rest, found)
        return found

    def _list(self, key: str) -> int:
        if not key:
            return 0
        found = self._known("lists", {"key": key})
        return self._insert("lists", {"key": key, "title": key}) if found is None else found

    def _stored(self, table: str, values: dict[str, Any]) -> int:
        found = self._known(table, values)
        return self._insert(table, values) if found is None else found

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


def _remember(cache: dict[Any, int], key: Any, number: int) -> None:
    if len(cache) >= MAX_CACHED:
        cache.clear()
    cache[key] = number


def kinds(con: sqlite3.Connection, outcomes: Iterable[int]) -> dict[int, int]:
    """Outcome id → list id << 6 | verdict << 3 | origin, which is what counts are kept by."""
    rows = con.execute(
        """SELECT o.id, (o.list_id << 6) | (o.verdict << 3) | o.origin
           FROM json_each(?) j CROSS JOIN outcomes o ON o.id = j.value""",
        (json.dumps(list(outcomes)),),
    )
    return dict(rows)


def companies(con: sqlite3.Connection, names: Iterable[int]) -> dict[int, int]:
    """Name id → company id, for those with a known company."""
    rows = con.execute(
        """SELECT n.id, n.company_id FROM json_each(?) j CROSS JOIN names n ON n.id = j.value
           WHERE n.company_id IS NOT NULL""",
        (json.dumps(list(names)),),
    )
    return dict(rows)


def devices(con: sqlite3.Connection, clients: Iterable[int]) -> dict[int, int]:
    """Client id → device id, 0 for no device."""
    rows = con.execute(
        "SELECT c.id, c.device_id FROM json_each(?) j CROSS JOIN clients c ON c.id = j.value",
        (json.dumps(list(clients)),),
    )
    return dict(rows)

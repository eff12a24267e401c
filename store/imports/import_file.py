# SPDX-License-Identifier: GPL-3.0-or-later
"""A history that was read whole and waits to be taken into the log: a small database of its own, its rows by time.

    STATE/log-tasks/NUMBER.draft   while it is read; removed where anything goes wrong
    STATE/log-tasks/NUMBER.import  whole, on the disk, and never changed
"""

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from store.base import bulk_insert
from store.base.db import connect
from store.base.sentences import say
from store.log.records import Outcome, completed

SUFFIX, DRAFT = ".import", ".draft"
SECOND_US = 1_000_000
MAX_CLIENTS = 200_000  # addresses of one file, some 30 MB: twenty phones that change theirs every hour, for a year
MAX_KEYS = 60_000  # names with what became of them that are remembered, some 20 MB; an older one is kept twice
MAX_IN_A_SECOND = 100_000  # rows: no home asks as much, and each needs a microsecond of its own
MAX_DURATION_US = 60_000_000  # what waited longer was given up by whoever asked

_TABLES = (
    "CREATE TABLE facts (key TEXT PRIMARY KEY, value)",
    "CREATE TABLE clients (id INTEGER PRIMARY KEY, address TEXT, mac TEXT, name TEXT, device_id INTEGER DEFAULT 0)",
    "CREATE TABLE outcomes (id INTEGER PRIMARY KEY, words TEXT)",
    "CREATE TABLE keys (id INTEGER PRIMARY KEY, name TEXT, outcome_id INTEGER)",
    "CREATE TABLE titles (key TEXT PRIMARY KEY, title TEXT)",
    "CREATE TABLE rows (id INTEGER PRIMARY KEY, time_us INTEGER, client_id INTEGER, key_id INTEGER, took_us INTEGER)",
)
_INTO = "rows (time_us, client_id, key_id, took_us)"

Row = tuple[int, int, int, int]
"""(time in µs, client, key, duration in µs); client and key by their numbers in the file"""


class Refused(Exception):  # noqa: N818 - what became of the file
    """A file that is not taken; the text is a sentence that says why."""


class DamagedImport(Exception):  # noqa: N818 - named for the state of things
    """A published history that does not read any more."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asked, as the file knows it; "" where it does not."""

    id: int
    address: str
    mac: str
    name: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Times of rows that are taken, in µs: from ≤ time < before. What is older or yet to come is counted."""

    from_us: int
    before_us: int


class ImportDraft:
    """Takes the rows of one history, in any order. Use it as a context: what is not published is removed."""

    def __init__(self, folder: Path, source: str, file: str, limits: Limits) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.key = f"{time.time_ns()}-{secrets.token_hex(4)}"
        self.source, self.file, self.limits = source, file, limits
        self.rows = self.too_old = self.to_come = 0
        self.from_us, self.to_us = limits.before_us, 0
        self._folder, self._path = folder, folder / (self.key + DRAFT)
        self._clients: dict[tuple[str, str], int] = {}
        self._key_count = self._outcome_count = 0
        self._keys: dict[tuple[str, int], int] = {}
        self._new_keys: list[tuple[int, str, int]] = []  # not written yet
        self._outcomes: dict[Outcome, int] = {}
        self._last_us, self._sorted = 0, True
        os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._con = connect(self._path)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -8000"):
            self._con.execute(f"PRAGMA {pragma}").fetchall()
        self._con.execute("BEGIN")
        for table in _TABLES:
            self._con.execute(table)

    def __enter__(self) -> "ImportDraft":
        return self

    def __exit__(self, *error: object) -> None:
        self._con.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def client(self, address: str, mac: str = "", name: str = "") -> int:
        """The number of who asked; a name that is learnt later goes to all of that address. Raises Refused."""
        number = self._clients.get((address, mac))
        if number is None:
            if len(self._clients) >= MAX_CLIENTS:
                raise Refused(say("It names more than {count:,} addresses, which is no home's log.", count=MAX_CLIENTS))
            number = self._clients[address, mac] = len(self._clients) + 1
            self._con.execute(
                "INSERT INTO clients (id, address, mac, name) VALUES (?, ?, ?, ?)", (number, address, mac, name)
            )
        return number

    def call(self, address: str, name: str) -> None:
        """A client's name, learnt after its rows."""
        self._con.execute("UPDATE clients SET name = ? WHERE address = ?", (name, address))

    def entitle(self, blocklist: str, title: str) -> None:
        """What people call a list of the other blocker."""
        self._con.execute("INSERT OR REPLACE INTO titles VALUES (?, ?)", (blocklist, title))

    def key_of(self, name: str, outcome: Outcome) -> int:
        """The number of a name with what became of it."""
        outcome_id = self._outcomes.get(outcome) or self._outcome(outcome)
        number = self._keys.get((name, outcome_id))
        if number is None:
            if len(self._keys) >= MAX_KEYS:
                self._keys.clear()
            self._key_count += 1
            number = self._keys[name, outcome_id] = self._key_count
            self._new_keys.append((number, name, outcome_id))
        return number

    def add(self, rows: Sequence[Row]) -> None:
        """Take rows; those outside the limits are counted alone."""
        if rows:
            self.add_columns(*zip(*rows, strict=True))

    def add_columns(
        self, times: Sequence[int], clients: Sequence[int], keys: Sequence[int], took: Sequence[int]
    ) -> None:
        """The same by columns, of one length; durations are cut to what can be."""
        if min(times) < self.limits.from_us or max(times) >= self.limits.before_us:
            kept = self._within(zip(times, clients, keys, took, strict=True))
            if not kept:
                return
            times, clients, keys, took = zip(*kept, strict=True)
        first, last = min(times), max(times)
        self._sorted = self._sorted and times[0] >= self._last_us and list(times) == sorted(times)
        self._last_us = times[-1]
        self.from_us, self.to_us = min(self.from_us, first), max(self.to_us, last)
        self.rows += len(times)
        if min(took) < 0 or max(took) > MAX_DURATION_US:
            took = [max(0, min(each, MAX_DURATION_US)) for each in took]
        self._con.executemany("INSERT INTO keys VALUES (?, ?, ?)", self._new_keys)
        self._new_keys.clear()
        bulk_insert.insert(self._con, _INTO, [times, clients, keys, took])

    def clients(self) -> list[Client]:
        """All that were named."""
        return [Client(*row) for row in self._con.execute("SELECT id, address, mac, name FROM clients")]

    def first_seen(self) -> dict[int, int]:
        """Client → its first query, in µs."""
        return dict(self._con.execute("SELECT client_id, min(time_us) FROM rows GROUP BY 1"))

    def publish(self, devices: Mapping[int, int]) -> Path:
        """Put it where the log's writer takes it up. devices: client → the device that it is here. Raises Refused."""
        self._con.executemany("UPDATE clients SET device_id = ? WHERE id = ?", [(d, c) for c, d in devices.items()])
        if not self._sorted:
            self._sort()
        self._refuse_crowds()
        facts = {
            "source": self.source, "file": self.file, "rows": self.rows, "from_us": self.from_us, "to_us": self.to_us,
        }  # fmt: skip
        self._con.executemany("INSERT INTO facts VALUES (?, ?)", list(facts.items()))
        self._con.execute("COMMIT")
        self._con.close()
        number = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
        path = self._folder / (self.key + SUFFIX)
        self._path.replace(path)
        return path

    def _outcome(self, outcome: Outcome) -> int:
        if len(self._outcomes) >= MAX_KEYS:
            self._outcomes.clear()
        self._outcome_count += 1
        number = self._outcomes[outcome] = self._outcome_count
        self._con.execute("INSERT INTO outcomes VALUES (?, ?)", (number, json.dumps(outcome)))
        return number

    def _within(self, rows: Iterable[Row]) -> list[Row]:
        kept = []
        for row in rows:
            if row[0] < self.limits.from_us:
                self.too_old += 1
            elif row[0] >= self.limits.before_us:
                self.to_come += 1
            else:
                kept.append(row)
        return kept

    def _sort(self) -> None:
        self._con.execute("ALTER TABLE rows RENAME TO unsorted")
        self._con.execute(_TABLES[-1])
        columns = "time_us, client_id, key_id, took_us"
        self._con.execute(f"INSERT INTO {_INTO} SELECT {columns} FROM unsorted ORDER BY time_us, id")  # noqa: S608
        self._con.execute("DROP TABLE unsorted")

    def _refuse_crowds(self) -> None:
        """A row so far on has the same second: more stand in it than may."""
        sql = "SELECT 1 FROM rows a JOIN rows b ON b.id = a.id + ? WHERE b.time_us / ? = a.time_us / ? LIMIT 1"
        values = (MAX_IN_A_SECOND, SECOND_US, SECOND_US)
        if self.rows > MAX_IN_A_SECOND and self._con.execute(sql, values).fetchone():
            raise Refused(say(
                "It has more than {count:,} queries in one second, which is no home's log.", count=MAX_IN_A_SECOND
            ))


class ImportFile:
    """A published history, read by whoever takes it in. Raises DamagedImport."""

    def __init__(self, path: Path) -> None:
        self.path, self.key = path, path.name.removesuffix(SUFFIX)
        with _reading():
            self._con = connect(path, read_only=True)
            try:
                facts = dict(self._con.execute("SELECT key, value FROM facts"))
                self.source, self.file = str(facts["source"]), str(facts["file"])
                self.rows, self.from_us, self.to_us = (int(facts[name]) for name in ("rows", "from_us", "to_us"))
            except BaseException:
                self._con.close()
                raise

    def read(self, after: int, most: int) -> list[tuple[int, int, int, int, int]]:
        """(id, then a row) of the rows after this one, by time; `most` of them, but whole seconds."""
        sql = "SELECT id, time_us, client_id, key_id, took_us FROM rows WHERE id > ? ORDER BY id LIMIT ?"
        with _reading():
            rows = self._con.execute(sql, (after, most)).fetchall()
            if len(rows) < most:
                return rows
            second = rows[-1][1] // SECOND_US
            for more in self._con.execute(sql, (rows[-1][0], MAX_IN_A_SECOND)):
                if more[1] // SECOND_US != second:
                    break
                rows.append(more)
            return rows

    def clients(self, numbers: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Client → (address, device)."""
        sql = "SELECT id, address, device_id FROM clients WHERE id IN (SELECT value FROM json_each(?))"
        with _reading():
            return {row[0]: (row[1], row[2]) for row in self._con.execute(sql, (json.dumps(list(numbers)),))}

    def keys(self, numbers: Iterable[int]) -> dict[int, tuple[str, Outcome]]:
        """Key → (name, outcome)."""
        sql = "SELECT id, name, outcome_id FROM keys WHERE id IN (SELECT value FROM json_each(?))"
        with _reading():
            rows = self._con.execute(sql, (json.dumps(list(numbers)),)).fetchall()
            outcomes = self._outcomes({row[2] for row in rows})
            return {number: (name, outcomes[outcome]) for number, name, outcome in rows}

    def _outcomes(self, numbers: Iterable[int]) -> dict[int, Outcome]:
        sql = "SELECT id, words FROM outcomes WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._con.execute(sql, (json.dumps(list(numbers)),))
        return {number: completed(json.loads(words)) for number, words in rows}

    def titles(self) -> list[tuple[str, str]]:
        """(title, key) of the lists that have one."""
        with _reading():
            return [(title, key) for key, title in self._con.execute("SELECT key, title FROM titles")]

    def close(self) -> None:
        self._con.close()


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, KeyError, TypeError, ValueError) as error:
        raise DamagedImport(str(error)) from error

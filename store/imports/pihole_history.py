# SPDX-License-Identifier: GPL-3.0-or-later
"""Pi-hole's pihole-FTL.db, of versions 5 and 6: its table of queries, in either of its forms.

    before 5.9   queries        the words themselves in each row
    since        query_storage  ids into domain_by_id, client_by_id, forward_by_id, addinfo_by_id; or still words
    devices      network (hwaddr), network_addresses (ip, name)

The file may be anything: it is opened for reading alone, only tables are read (no view, whose SQL would be the file's
own), and it is checked whole before the first row is believed.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from store.base.db import connect, transaction
from store.base.file_faults import NoFile
from store.base.sentences import say, sentence_of
from store.imports.history_row import (
    STEP_ROWS,
    BadLine,
    Progress,
    clean_address,
    clean_mac,
    clean_name,
    clean_word,
    outcome,
    server,
)
from store.imports.import_file import ImportDraft, Refused
from store.log.records import NO_ANSWER, Origin, Outcome, Verdict

SOURCE = "pihole"
MAX_DEVICES = 200_000  # rows of its network tables that are looked at
MAX_VALUE = 1 << 20  # bytes of one value; the longest that it writes is a name
MAX_REMEMBERED = 60_000  # different (type, status, domain …), some 20 MB

GRAVITY, REGEX, DENIED, UPSTREAM, SPECIAL, ALLOWED, BUSY = (
    "pihole:gravity", "pihole:regex", "pihole:denied", "pihole:upstream", "pihole:special", "pihole:allowed",
    "pihole:busy",
)  # fmt: skip
TITLES = {
    GRAVITY: "Pi-hole: its blocklists", REGEX: "Pi-hole: denied by a pattern", DENIED: "Pi-hole: denied by hand",
    UPSTREAM: "Pi-hole: blocked by the upstream", SPECIAL: "Pi-hole: special names",
    ALLOWED: "Pi-hole: allowed by hand", BUSY: "Pi-hole: its database was busy",
}  # fmt: skip

_PASS, _BLOCK, _ALLOW = int(Verdict.PASS), int(Verdict.BLOCK), int(Verdict.ALLOW)
_CACHE, _STALE, _ASKED, _SELF = int(Origin.CACHE), int(Origin.STALE), int(Origin.UPSTREAM), int(Origin.SELF)
# By its query_status: what became of the query, where the response came from, and what blocked it.
STATUS: dict[int, tuple[int, int, str]] = {
    0: (_PASS, _SELF, ""), 1: (_BLOCK, _SELF, GRAVITY), 2: (_PASS, _ASKED, ""), 3: (_PASS, _CACHE, ""),
    4: (_BLOCK, _SELF, REGEX), 5: (_BLOCK, _SELF, DENIED), 6: (_BLOCK, _ASKED, UPSTREAM), 7: (_BLOCK, _ASKED, UPSTREAM),
    8: (_BLOCK, _ASKED, UPSTREAM), 9: (_BLOCK, _ASKED, GRAVITY), 10: (_BLOCK, _ASKED, REGEX),
    11: (_BLOCK, _ASKED, DENIED), 12: (_PASS, _ASKED, ""), 13: (_PASS, _ASKED, ""), 14: (_PASS, _ASKED, ""),
    15: (_BLOCK, _SELF, BUSY), 16: (_BLOCK, _SELF, SPECIAL), 17: (_PASS, _STALE, ""), 18: (_BLOCK, _ASKED, UPSTREAM),
}  # fmt: skip
CNAME = (9, 10, 11)
# Its query_types; others stand as 100 and the number of the type.
TYPES = {
    1: 1, 2: 28, 3: 255, 4: 33, 5: 6, 6: 12, 7: 16, 8: 35, 9: 15, 10: 43, 11: 46, 12: 48, 13: 2, 14: 0, 15: 64, 16: 65,
}  # fmt: skip
# Its reply_type where that is no NOERROR: unknown, NXDOMAIN, SERVFAIL, REFUSED, NOTIMP, dropped.
RCODES = {0: NO_ANSWER, 2: 3, 7: 2, 8: 5, 9: 4, 12: NO_ANSWER}

_LINKED = {
    "domain": ("domain_by_id", "domain"), "client": ("client_by_id", "ip"), "forward": ("forward_by_id", "forward"),
    "additional_info": ("addinfo_by_id", "content"),
}  # fmt: skip
_OPTIONAL = ("additional_info", "reply_type", "list_id")
_NUMBERS = {int, float}
_Key = tuple[object, ...]


def read(path: Path, draft: ImportDraft, progress: Progress) -> None:
    """Hand all its queries to the draft. Raises Refused."""
    for name, title in TITLES.items():
        draft.entitle(name, title)
    try:
        with closing(connect(path, read_only=True)) as con:
            con.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
            for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = FILE", "cache_size = -16000"):
                con.execute(f"PRAGMA {pragma}").fetchall()
            if [row[0] for row in con.execute("PRAGMA quick_check(1)")] != ["ok"]:
                raise Refused(say("It is damaged or cut short: SQLite's check of it fails."))
            if _lacks_its_log(path, con):
                raise Refused(say(
                    "It was copied without its write-ahead log: copy {name}-wal, too, or stop Pi-hole first.",
                    name=path.name,
                ))  # fmt: skip
            with transaction(con, "DEFERRED"):
                _PiHole(con, draft).read(progress)
    except (sqlite3.Error, NoFile, UnicodeDecodeError) as error:
        raise Refused(say("It does not read as a database ({error}).", error=sentence_of(error))) from error
    except (OverflowError, ValueError, TypeError) as error:
        raise Refused(say("It holds a row that no Pi-hole writes ({error}).", error=sentence_of(error))) from error


def _lacks_its_log(path: Path, con: sqlite3.Connection) -> bool:
    """Whether what Pi-hole wrote last, its tables included, stayed behind where the file was copied from.

    Only a file without any table is taken for that: one that Pi-hole closed has everything, and no log beside it.
    """
    with path.open("rb") as file:
        in_log = file.read(20)[18:] == b"\2\2"  # the versions that write and read it: with a write-ahead log
    return in_log and con.execute("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)").fetchone() == (1,)


class _PiHole:
    def __init__(self, con: sqlite3.Connection, draft: ImportDraft) -> None:
        self._con, self._draft = con, draft
        self._tables = {name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self._words: dict[tuple[str, int], object] = {}
        self._keys: dict[_Key, int] = {}
        self._clients: dict[object, int] = {}
        self._macs, self._names = self._devices()

    def read(self, progress: Progress) -> None:
        table = next((name for name in ("query_storage", "queries") if name in self._tables), None)
        if table is None:
            raise Refused(say("It has no table of queries, so it is no pihole-FTL.db."))
        there = {row[1] for row in self._con.execute(f"PRAGMA table_info({table})")}
        if lacking := {"timestamp", "type", "status", "domain", "client", "forward"} - there:
            raise Refused(say("Its table of queries lacks {columns}.", columns=", ".join(sorted(lacking))))
        optional = ", ".join(name if name in there else "NULL" for name in _OPTIONAL)
        took = "reply_time" if "reply_time" in there else "NULL"
        most = self._con.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 1  # noqa: S608
        # Rows stand by the time at which they came, but for few.
        rows = self._con.execute(
            f"SELECT rowid, timestamp, client, {took}, type, status, domain, forward, {optional} FROM {table}"  # noqa: S608
        )
        while part := rows.fetchmany(STEP_ROWS):
            self._draft.add_columns(*self._columns(part))
            progress(min(1.0, part[-1][0] / most), self._draft.rows)

    def _columns(self, part: list[tuple[Any, ...]]) -> tuple[list[int], list[int], list[int], list[int]]:
        """Times, clients, keys and durations of these rows."""
        kinds = [row[4:] for row in part]
        if len(self._keys) > MAX_REMEMBERED:
            self._keys.clear()
        self._learn({*kinds} - self._keys.keys(), {row[2] for row in part} - self._clients.keys())
        if {type(row[1]) for row in part} - _NUMBERS or {type(row[3]) for row in part} - {*_NUMBERS, type(None)}:
            raise ValueError("a time that is no number")
        return (
            [round(row[1] * 1_000_000) for row in part], [self._clients[row[2]] for row in part],
            list(map(self._keys.__getitem__, kinds)), [int(row[3] * 1e6) if row[3] else 0 for row in part],
        )  # fmt: skip

    def _learn(self, kinds: set[_Key], clients: set[object]) -> None:
        """Give what is new its numbers in the draft."""
        self._words = {}
        for column, ids in (
            ("domain", {kind[2] for kind in kinds}), ("forward", {kind[3] for kind in kinds}),
            ("additional_info", {kind[4] for kind in kinds}), ("client", clients),
        ):  # fmt: skip
            table, word = _LINKED[column]
            numbers = [number for number in ids if isinstance(number, int)]
            if numbers and table in self._tables:
                sql = f"SELECT id, {word} FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
                for number, text in self._con.execute(sql, (json.dumps(numbers),)):
                    self._words[column, number] = text
        for client in clients:
            self._client(client)
        for kind in kinds:
            self._key(kind)

    def _word(self, column: str, value: object) -> object:
        return self._words.get((column, value)) if isinstance(value, int) else value

    def _key(self, key: _Key) -> None:
        qtype, status, domain, forward, info, reply, list_id = key
        name = self._word("domain", domain)
        if not isinstance(name, str):
            name = ""
        outcome_of = self._outcome(qtype, status, forward, info, reply, list_id)
        self._keys[key] = self._draft.key_of(clean_name(name), outcome_of)

    def _outcome(
        self, qtype: object, status: object, forward: object, info: object, reply: object, list_id: object
    ) -> Outcome:
        if not isinstance(qtype, int) or not isinstance(status, int) or status not in STATUS:
            raise ValueError(f"the type {clean_word(qtype)[:40]} with the status {clean_word(status)[:40]}")
        verdict, origin, blocklist = STATUS[status]
        number = TYPES.get(qtype, qtype - 100 if 100 < qtype <= 100 + 0xFFFF else -1)
        if number < 0:
            raise ValueError(f"the type {qtype}")
        content = self._word("additional_info", info)
        if verdict == _PASS and status in (2, 3, 17) and (content is not None or isinstance(list_id, int)):
            verdict, blocklist = _ALLOW, ALLOWED
        rule = clean_name(content) if status in CNAME and isinstance(content, str) and content else ""
        rcode = RCODES.get(reply, 0) if isinstance(reply, int) else 0
        upstream = self._word("forward", forward)
        asked = server(upstream) if isinstance(upstream, str) else ""
        return outcome(SOURCE, number, verdict, origin, blocklist, rule, rcode, asked)

    def _client(self, client: object) -> None:
        text = self._word("client", client)
        try:
            address = clean_address(text if isinstance(text, str) else "0.0.0.0")  # noqa: S104 - as it hides clients
        except BadLine:
            address = clean_word(text)[:64] or "0.0.0.0"  # noqa: S104
        mac, name = self._macs.get(address, ""), self._names.get(address, "")
        self._clients[client] = self._draft.client(address, mac, name)

    def _devices(self) -> tuple[dict[str, str], dict[str, str]]:
        """Address → MAC address, and address → name, as its network tables know them."""
        macs, names = dict[str, str](), dict[str, str]()
        for address, mac, name in self._networks():
            if isinstance(address, str):
                if known := clean_mac(mac if isinstance(mac, str) else ""):
                    macs[address.lower()] = known
                if isinstance(name, str) and (word := clean_word(name.partition(".")[0])):
                    names[address.lower()] = word
        return macs, names

    def _networks(self) -> Iterator[tuple[object, ...]]:
        if "network_addresses" in self._tables and "network" in self._tables:
            there = {row[1] for row in self._con.execute("PRAGMA table_info(network_addresses)")}
            name = "a.name" if "name" in there else "NULL"
            yield from self._con.execute(
                f"""SELECT a.ip, n.hwaddr, {name} FROM network_addresses a LEFT JOIN network n ON n.id = a.network_id
                    ORDER BY a.lastSeen LIMIT ?""",  # noqa: S608 - fixed text
                (MAX_DEVICES,),
            )
        if "client_by_id" in self._tables:
            sql = "SELECT ip, NULL, name FROM client_by_id WHERE name IS NOT NULL ORDER BY id LIMIT ?"
            yield from self._con.execute(sql, (MAX_DEVICES,))

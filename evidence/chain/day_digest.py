# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of a day of the query log: SHA-256 over its rows as lines, and sums of each thousand that locate an error.

A line is a JSON array of what was recorded, as the view `queries` shows it, and ends with a line feed:

    [time_us,"client","name","type","verdict","origin","list","rule","rcode","upstream",duration_us]

in the order of time, ASCII alone, without spaces, null for what is none. Not in it: the device (people merge and split
those), the company and purpose (looked up), and rows that were imported, which this appliance never saw. So anybody can
make the same digest from an export of the log with a few lines of any language.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from evidence.chain import error_sums
from evidence.chain.error_sums import NO_ROWS, P, Sums

DAY_US = 86_400_000_000
CHUNK_ROWS = 1000  # some 60 bytes of sums each
MAX_WORDS = 50_000  # clients, names and outcomes whose JSON is remembered, some 10 MB
FETCH_ROWS = 5000

_ROWS = """SELECT time_us, client_id, name_id, outcome_id, duration_us FROM records
           WHERE time_us >= ? AND time_us < ?{} ORDER BY time_us"""
_CLIENT = "SELECT address FROM clients WHERE id = ?"
_NAME = "SELECT name FROM names WHERE id = ?"
_IMPORTED = "SELECT id FROM outcomes WHERE source_id <> 0"
_OUTCOME = """
SELECT COALESCE(t.name, 'TYPE' || o.type), v.name, g.name, l.key, rn.name,
       COALESCE(rc.name, 'RCODE' || o.rcode), u.spec
FROM outcomes o
    LEFT JOIN types t ON t.id = o.type LEFT JOIN verdicts v ON v.id = o.verdict LEFT JOIN origins g ON g.id = o.origin
    LEFT JOIN lists l ON l.id = o.list_id LEFT JOIN names rn ON rn.id = o.rule_id
    LEFT JOIN rcodes rc ON rc.id = o.rcode LEFT JOIN upstreams u ON u.id = o.upstream_id
WHERE o.id = ?"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some thousand rows that follow one another: all from `from_us` on, until the next chunk's."""

    from_us: int
    rows: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class DayDigest:
    """sha256: of all lines. `first_us` and `last_us` are 0 where there is no row."""

    day: int  # since 1970, UTC
    rows: int
    first_us: int
    last_us: int
    sha256: bytes
    chunks: tuple[Chunk, ...]


@dataclass(slots=True)
class DayLines:
    """The lines of a day as they stand in the log now; `where`, with `values`: of these rows, imported ones too."""

    con: sqlite3.Connection  # with `lossless` as its text_factory
    where: str = ""
    values: tuple[str, ...] = ()
    _words: dict[tuple[str, int], str] = field(default_factory=dict)

    def between(self, from_us: int, to_us: int) -> Iterator[tuple[int, bytes]]:
        """(time in µs, line) of each row of the log's own, in order."""
        imported = set() if self.where else {number for (number,) in self.con.execute(_IMPORTED)}
        word, chosen = self._word, f" AND {self.where}" if self.where else ""
        cursor = self.con.execute(_ROWS.format(chosen), (from_us, to_us, *self.values))
        while rows := cursor.fetchmany(FETCH_ROWS):
            for time_us, client, name, outcome, duration_us in rows:
                if outcome not in imported:
                    what = f"{word(_CLIENT, client)},{word(_NAME, name)},{word(_OUTCOME, outcome)}"
                    yield time_us, f"[{time_us},{what},{duration_us}]\n".encode("ascii")

    def _word(self, sql: str, number: int) -> str:
        words = self._words
        if (text := words.get((sql, number))) is None:
            if len(words) >= MAX_WORDS:
                words.clear()
            row = self.con.execute(sql, (number,)).fetchone()
            empty = (None,) * (7 if sql is _OUTCOME else 1)
            text = words[sql, number] = json.dumps(row or empty, separators=(",", ":"))[1:-1]
        return text


def lossless(text: bytes) -> str:
    """Text as it stands in a database, be it well-formed or not: a flipped byte must not end the reading."""
    return text.decode("utf-8", "surrogateescape")


def digest(day: int, lines: Iterable[tuple[int, bytes]], stop: Callable[[], bool] = lambda: False) -> DayDigest | None:
    """The digest of a day's lines; None where `stop` said so, which is asked once a chunk."""
    whole, chunks, rows, first_us, last_us = hashlib.sha256(), [], 0, 0, 0
    following = iter(lines)
    while chunk := list(islice(following, CHUNK_ROWS)):
        if stop():
            return None
        whole.update(b"".join([line for _, line in chunk]))
        chunks.append(Chunk(chunk[0][0], len(chunk), sums_of(chunk)))
        rows, first_us, last_us = rows + len(chunk), first_us or chunk[0][0], chunk[-1][0]
    return DayDigest(day, rows, first_us, last_us, whole.digest(), tuple(chunks))


def sums_of(lines: Iterable[tuple[int, bytes]]) -> Sums:
    sha256, whole = hashlib.sha256, int.from_bytes
    return error_sums.add(NO_ROWS, ((at, whole(sha256(line).digest()[:8], "big") % P) for at, line in lines))

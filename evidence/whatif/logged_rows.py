# SPDX-License-Identifier: GPL-3.0-or-later
"""A range of the query log as groups of rows that are judged alike: by client, name and outcome. Plain sqlite3.

It is read in parts of so many rows, so that a month takes no more memory than a day; what is read is a count over
`records` in each part, so that the sums are those of SQL.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import NamedTuple

from evidence.whatif.sides import NOWHERE, Client, Led, led_to
from resolver.answer.inspect import REBINDING
from resolver.answer.judge import Judgement
from store.log.records import FAILED, Verdict, counted

PART_ROWS = 250_000  # records of one part; as groups some 60 MiB where no two are alike

Group = tuple[int, int, int]  # client id, name id, outcome id

_THROUGH = re.compile(r".* through (CNAME|HTTPS record to|address) (\S+)", re.DOTALL).fullmatch


class Outcome(NamedTuple):
    """What the log says became of rows: `counted` as in the counts of pages, by which list and rule."""

    qtype: int
    verdict: int
    counted: int
    blocklist: str
    rule: str

    @property
    def was_answered(self) -> bool:
        """Whether who asked got what it wanted."""
        return self.counted not in (Verdict.BLOCK, Verdict.REFUSE, FAILED)


class LoggedRows:
    """The log behind a connection, and the words that its numbers stand for, each read once."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._outcomes: dict[int, Outcome] = {}
        self.clients = {
            number: Client(address or "", device)
            for number, address, device in con.execute("SELECT id, address, device_id FROM clients")
        }
        self.device_names = dict(con.execute("SELECT id, name FROM devices"))

    def parts(self, from_us: int, to_us: int) -> Iterator[tuple[int, Counter[Group]]]:
        """(where the part ends, its groups with their counts), in order of time."""
        at = from_us
        while at < to_us:
            row = self._con.execute(
                "SELECT time_us FROM records WHERE time_us >= ? AND time_us < ? ORDER BY time_us LIMIT 1 OFFSET ?",
                (at, to_us, PART_ROWS),
            ).fetchone()
            end = to_us if row is None else int(row[0])
            yield end, Counter(self._con.execute(
                "SELECT client_id, name_id, outcome_id FROM records WHERE time_us >= ? AND time_us < ?", (at, end)
            ))  # fmt: skip
            at = end

    def ends(self) -> tuple[int, int] | None:
        """The time of the first and of the last record; None where there is none."""
        first, last = self._con.execute("SELECT min(time_us), max(time_us) FROM records").fetchone()
        return None if first is None else (first, last)

    def outcome(self, number: int) -> Outcome:
        """The outcome of an id; the few thousand of a home are kept."""
        if number not in self._outcomes:
            self._outcomes[number] = self._outcome(number)
        return self._outcomes[number]

    def names(self, numbers: Iterable[int]) -> dict[int, str]:
        """The names of these ids, without those that are no more."""
        sql = "SELECT n.id, n.name FROM json_each(?) j CROSS JOIN names n ON n.id = j.value"
        return dict(self._con.execute(sql, (json.dumps(list(numbers)),)))

    def companies(self, numbers: Iterable[int]) -> dict[int, str]:
        """The companies of the names of these ids, where one is known."""
        sql = """SELECT n.id, c.name FROM json_each(?) j CROSS JOIN names n ON n.id = j.value
                 JOIN companies c ON c.id = n.company_id WHERE c.name <> ''"""
        return dict(self._con.execute(sql, (json.dumps(list(numbers)),)))

    def _outcome(self, number: int) -> Outcome:
        row = self._con.execute(
            """SELECT o.type, o.verdict, o.rcode, COALESCE(l.key, ''), COALESCE(n.name, '') FROM outcomes o
               LEFT JOIN lists l ON l.id = o.list_id LEFT JOIN names n ON n.id = o.rule_id WHERE o.id = ?""",
            (number,),
        ).fetchone()
        if row is None:
            return Outcome(0, Verdict.PASS, Verdict.PASS, "", "")
        qtype, verdict, rcode, blocklist, rule = row
        return Outcome(qtype, verdict, counted(verdict, rcode), blocklist, rule)


def led(outcome: Outcome) -> Led:
    """What the log knows of where an answer led: the hop that was blocked, or let through by a pause."""
    if outcome.blocklist == REBINDING:
        return Led(rebound=Judgement(Verdict.BLOCK, REBINDING, outcome.rule))
    hop = _THROUGH(outcome.rule) if outcome.verdict in (Verdict.BLOCK, Verdict.ALLOW) else None
    if hop is None:
        return NOWHERE
    if hop[1] == "CNAME":
        return Led(led_to(chain=(hop[2],)))
    if hop[1] != "address":
        return Led(led_to(targets=(hop[2],)))
    try:
        return Led(led_to(addresses=(ip_address(hop[2]).packed,)))
    except ValueError:
        return NOWHERE

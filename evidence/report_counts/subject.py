# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report is about: a device or a company, and which of the log's rows are its. Plain sqlite3."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from blocklists.whose.facts import Facts
from store.base.sentences import say

MAX_CLIENTS = 20_000  # addresses of one device; a phone with a new one each day for a year has some hundreds
MAX_TEXT = 300  # characters of a company's name


class About(StrEnum):
    """What a report may be about."""

    DEVICE = "device"
    COMPANY = "company"


class NoReport(Exception):  # noqa: N818 - what it is
    """There can be no such report; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """`clients`: ids of the log's addresses of a device; `names`: ids of the log's names of a company; None: all."""

    about: About
    device_id: int = 0
    company: str = ""
    title: str = ""
    clients: tuple[int, ...] | None = None
    names: tuple[int, ...] | None = None

    @property
    def where(self) -> str:
        """Its rows in the table `records`, as SQL with the one value `values`."""
        column = "client_id" if self.clients is not None else "name_id"
        return f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608 - fixed text

    @property
    def values(self) -> tuple[str]:
        return (json.dumps(self.clients if self.clients is not None else self.names),)


def of_device(log: sqlite3.Connection, number: int) -> Subject:
    """Raises NoReport, and sqlite3.Error."""
    clients = tuple(row[0] for row in log.execute(
        "SELECT id FROM clients WHERE device_id = ? ORDER BY id LIMIT ?", (number, MAX_CLIENTS)
    ))  # fmt: skip
    row = log.execute("SELECT name FROM devices WHERE id = ?", (number,)).fetchone()
    if number < 1 or not clients:
        raise NoReport(say("The query log has no query of a device {id}.", id=number))
    return Subject(About.DEVICE, number, title=row[0] if row else str(number), clients=clients)


def of_company(log: sqlite3.Connection, facts: Facts, wanted: str) -> Subject:
    """All names that are the company's by the facts of today. Raises NoReport, and sqlite3.Error."""
    wanted = wanted.strip()[:MAX_TEXT]
    numbers: dict[str, list[int]] = {}
    for number, name in log.execute("SELECT id, name FROM names"):
        company = facts.of(name).company
        if company and company.casefold() == wanted.casefold():
            numbers.setdefault(company, []).append(number)
    if not numbers:
        raise NoReport(say("The query log has no name of a company '{company}'.", company=wanted))
    company = wanted if wanted in numbers else min(numbers)
    return Subject(About.COMPANY, company=company, title=company, names=tuple(sorted(chain(*numbers.values()))))

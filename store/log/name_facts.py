# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log keeps beside a name: whose it is and what for, as `blocklists.whose` says it, in the log's numbers.

A company stands in the table `companies` once for each kind that names of it have; "" is a company that nobody knows.
"""

import sqlite3
from collections.abc import Callable
from typing import Protocol

from store.names.purpose import Kind, Purpose

# The numbers of the table `purposes`; they stand in files that were written, so a new one comes at the end.
PURPOSES = (
    Purpose.UNKNOWN, Purpose.ANALYTICS, Purpose.ADS, Purpose.CRASH, Purpose.PUSH, Purpose.UPDATE, Purpose.CONFIG,
    Purpose.CLOUD, Purpose.CONTENT, Purpose.INFRASTRUCTURE, Purpose.FUNCTION,
)  # fmt: skip
_NUMBER = {purpose: number for number, purpose in enumerate(PURPOSES)}
NOBODY = ("", int(Kind.UNKNOWN))

Stored = tuple[tuple[str, int], int]
"""((company, kind), purpose's number): a row of `companies`, where it is not NOBODY, and `names.purpose`."""


class NameFact(Protocol):
    """What is known of one name."""

    @property
    def company(self) -> str | None: ...
    @property
    def purpose(self) -> Purpose: ...
    @property
    def kind(self) -> Kind: ...


class NameFacts(Protocol):
    """Whoever knows names; all that it says is the same while `version` is."""

    @property
    def version(self) -> str: ...
    @property
    def of(self) -> Callable[[str], NameFact]: ...


def stored(fact: NameFact) -> Stored:
    """What is stored of a fact."""
    return (fact.company or "", int(fact.kind)), _NUMBER[fact.purpose]


def store_by(con: sqlite3.Connection, version: str) -> tuple[int, int]:
    """What is stored from here on is by these facts. Returns which names wait to be looked at: above, up to these ids.

    To be called within a transaction, the one in which names are stored or an earlier one.
    """
    before, looked_to, upto = con.execute("SELECT version, looked_to, upto FROM facts").fetchone()
    if before != version:
        looked_to, upto = 0, con.execute("SELECT COALESCE(max(id), 0) FROM names").fetchone()[0]
        con.execute("UPDATE facts SET version = ?, looked_to = 0, upto = ?", (version, upto))
    return looked_to, upto


def kind_sql(company: str) -> str:
    """The word of a company's kind, of NOBODY's for NULL; `company`: what the table is called in the statement."""
    words = " ".join(f"WHEN {int(kind)} THEN '{kind.word}'" for kind in Kind if kind is not Kind.UNKNOWN)
    return f"CASE {company}.kind {words} ELSE '{Kind.UNKNOWN.word}' END"

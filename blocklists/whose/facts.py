# SPDX-License-Identifier: GPL-3.0-or-later
"""The one lookup: whose a name is, what it is for, and whether it is tracking or use (docs/whose.md)."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blocklists.packs import vendor_packs
from blocklists.whose import companies_table
from blocklists.whose.purpose import Kind, Purpose, kind_of
from blocklists.whose.statement import Layers, Row, Statement

__all__ = ["Facts", "Kind", "Purpose", "Whose", "build", "load"]


@dataclass(frozen=True, slots=True)
class Whose:
    """What is known of a name. `matched` is the suffix that decided, "" where nothing did."""

    company: str | None
    product: str | None
    purpose: Purpose
    kind: Kind
    country: str | None  # of the company's seat, ISO 3166-1 alpha-2
    matched: str
    source: str  # what said so; "" where nothing did


_NOBODY = Whose(None, None, Purpose.UNKNOWN, Kind.UNKNOWN, None, "", "")


class Facts:
    """The tables, fixed once built; `version` is a digest of all that they say."""

    def __init__(self, layers: Layers) -> None:
        self._suffixes, self._exact = layers.suffixes, layers.exact
        self.version = _digest(layers)

    def of(self, name: str) -> Whose:
        """Return what is known of `name` (lower case, no trailing dot): the longest suffix decides."""
        exact = self._exact.get(name)
        if exact is not None:
            return self._whose(name, exact)
        for suffix in _suffixes(name):
            statement = self._suffixes.get(suffix)
            if statement is not None:
                return self._whose(suffix, statement)
        return _NOBODY

    def company_of(self, name: str) -> str | None:
        """Return the company that `name` belongs to, or None where nobody knows."""
        return self.of(name).company

    def _whose(self, matched: str, statement: Statement) -> Whose:
        purpose = statement.purpose
        return Whose(statement.company, statement.product, purpose, kind_of(purpose), None, matched, statement.source)


def load() -> Facts:
    """Read the tables that come with the program. Raises packs.PackError or CompaniesError."""
    return build(companies_table.load(), vendor_packs.each())


def build(domains: dict[str, str], all_packs: Iterable[vendor_packs.Pack]) -> Facts:
    """Lay pack rows over zones over `domains`: the nearer a statement is to one name, the more it counts."""
    layers = Layers()
    layers.lay((domain, True, Statement("companies", company)) for domain, company in domains.items())
    for pack in all_packs:
        layers.lay(_rows_of(pack))
    return Facts(layers)


def _rows_of(pack: vendor_packs.Pack) -> Iterator[Row]:
    yield from ((zone, True, Statement(pack.blocklist_id, pack.company)) for zone in pack.zones)
    for row in pack.names:
        statement = Statement(pack.blocklist_id, row.company or pack.company, None, Purpose(row.purpose))
        yield row.name, row.scope == "suffix", statement


def _digest(layers: Layers) -> str:
    """A digest of everything that the tables say, the same whatever the order in which it was laid."""
    digest = hashlib.sha256()
    for table in (layers.suffixes, layers.exact):
        for name in sorted(table):
            statement = table[name]
            digest.update(f"{name}\t{statement.company}\t{statement.product}\t{statement.purpose}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()[:16]


def _suffixes(name: str) -> Iterator[str]:
    """Yield `name`, then what is left after each dot: the longest first."""
    yield name
    dot = name.find(".")
    while dot >= 0:
        yield name[dot + 1 :]
        dot = name.find(".", dot + 1)

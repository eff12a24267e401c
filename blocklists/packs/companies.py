# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is and what it is for: from the vendor packs and companies.tsv, by the longest suffix that is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from blocklists.packs import vendor_packs


class CompaniesError(ValueError):
    """companies.tsv holds a line that cannot be read. The message names line and reason."""


@dataclass(frozen=True, slots=True)
class Companies:
    """Two plain dicts, fixed once built; their size is that of the files (a few thousand names)."""

    companies: dict[str, str]  # domain → company, holding for all below it
    purposes: dict[str, str]  # the names of suffix rules → purpose, holding for all below them
    exact_purposes: dict[str, str]  # the names of exact rules → purpose

    def company_of(self, name: str) -> str | None:
        """Return the company that `name` (lower case, no trailing dot) belongs to, or None where nobody knows."""
        for suffix in _suffixes(name):
            company = self.companies.get(suffix)
            if company is not None:
                return company
        return None

    def purpose_of(self, name: str) -> str | None:
        """Return what the packs say that `name` is for (one of packs.PURPOSES), or None where none speaks of it."""
        if name in self.exact_purposes:
            return self.exact_purposes[name]
        for suffix in _suffixes(name):
            purpose = self.purposes.get(suffix)
            if purpose is not None:
                return purpose
        return None


def load() -> Companies:
    """Read the packs and companies.tsv. Raises packs.PackError or CompaniesError."""
    text = (files("blocklists") / "companies.tsv").read_text(encoding="utf-8")
    return build(parse(text), vendor_packs.each())


def build(domains: dict[str, str], all_packs: Iterable[vendor_packs.Pack]) -> Companies:
    """Lay pack rows over zones over `domains`: the nearer a statement is to one name, the more it counts."""
    companies = dict(domains)
    purposes: dict[str, str] = {}
    exact: dict[str, str] = {}
    for pack in all_packs:
        companies.update(dict.fromkeys(pack.zones, pack.company))
        for row in pack.names:
            companies[row.name] = row.company or pack.company
            (purposes if row.scope == "suffix" else exact)[row.name] = row.purpose
    return Companies(companies, purposes, exact)


def parse(text: str) -> dict[str, str]:
    """Parse companies.tsv: `domain<TAB>company` a line, sorted, `#` before comments. Raises CompaniesError."""
    domains: dict[str, str] = {}
    last = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        domain, tab, company = line.partition("\t")
        if not tab or not domain or not company or "\t" in company:
            raise CompaniesError(f"companies.tsv, line {number}: not a domain, one tab and a company")
        if domain <= last:
            raise CompaniesError(f"companies.tsv, line {number}: {domain} stands there twice or out of order")
        domains[domain] = company
        last = domain
    return domains


def _suffixes(name: str) -> Iterator[str]:
    """Yield `name`, then what is left after each dot: the longest first."""
    yield name
    dot = name.find(".")
    while dot >= 0:
        yield name[dot + 1 :]
        dot = name.find(".", dot + 1)

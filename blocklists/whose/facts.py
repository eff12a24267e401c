# SPDX-License-Identifier: GPL-3.0-or-later
"""The one lookup: whose a name is, what it is for, and whether it is tracking or use (docs/whose.md)."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from blocklists.whose import kept_tables, label_words
from blocklists.whose.name_tables import Tables
from blocklists.whose.statement import Heed, Statement
from store.names.purpose import Kind, Purpose, kind_of

__all__ = ["Correction", "Facts", "Kind", "Purpose", "Whose", "load"]

# What a list that holds a name is for, in the catalogue's words, and what that says of the name.
LIST_PURPOSES = {"ads": Purpose.ADS, "tracking": Purpose.ANALYTICS, "general": Purpose.ANALYTICS}
RULES = 3  # raised when the code judges names anew: `version` changes, and what was counted is counted again
# A service of Amazon's own in one of its regions, as against what customers put there.
_OWN_SERVICE = re.compile(r"(?!s3)(?:dataplane\.)?[a-z0-9-]+\.[a-z]{2}(?:-gov)?-[a-z]+-[0-9]\.amazonaws\.com")


@dataclass(frozen=True, slots=True)
class Whose:
    """What is known of a name. `matched` is the suffix that decided, "" where nothing did."""

    company: str | None
    product: str | None
    purpose: Purpose
    kind: Kind
    country: str | None  # of the company's seat, ISO 3166-1 alpha-2
    matched: str
    source: str  # "pack:xiaomi", "companies", "companiesdb", "labels", "lists", "cname", "correction"; "": nothing did


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of a name; None: as the tables have it. `below`: with all names below it."""

    below: bool
    company: str | None = None
    product: str | None = None
    purpose: Purpose | None = None
    kind: Kind | None = None


NOBODY = Whose(None, None, Purpose.UNKNOWN, Kind.UNKNOWN, None, "", "")


class Facts:
    """The tables and the corrections, fixed once built; `version` is a digest of all that they say."""

    def __init__(self, known: Tables, corrections: Mapping[str, Correction] | None = None) -> None:
        """Take `known` and what people say of names (lower case, no trailing dot): one correction a name."""
        self._known, (self._suffixes, self._exact) = known, kept_tables.packed_names(known)
        self._countries, self._words = known.countries, known.words
        self._corrections = dict(corrections or {})
        self.version = _version(known, self._corrections)

    def of(self, name: str, lists: Iterable[str] = (), targets: Iterable[str] = ()) -> Whose:
        """Return what is known of `name` (lower case, no trailing dot): the longest suffix decides.

        `lists`: the purposes (of the catalogue) of installed lists that hold the name. `targets`: names that it leads
        to by CNAME; where one is known to track, the name is that tracker's.
        """
        whose = self._by_tables(name)
        for target in targets:
            behind = self._by_tables(target)
            if behind.kind is Kind.TRACKING and whose.kind is not Kind.TRACKING:
                whose = replace(behind, source="cname")
        for purpose in lists:
            tracking = LIST_PURPOSES.get(purpose)
            if tracking is not None and whose.kind is not Kind.TRACKING and self._may_be_more(whose, name):
                whose = replace(whose, purpose=tracking, kind=Kind.TRACKING, source="lists")
        return self._corrected(name, whose) if self._corrections else whose

    def corrected(self, corrections: Mapping[str, Correction]) -> "Facts":
        """Return the same tables with these corrections in place of those that are there: microseconds, no copy."""
        return Facts(self._known, corrections)

    def company_of(self, name: str) -> str | None:
        """Return the company that `name` belongs to, or None where nobody knows."""
        return self.of(name).company

    def has(self, company: str) -> bool:
        """Return whether any name is this company's, however it is written."""
        wanted = company.strip().casefold()
        statements = (*self._suffixes.values(), *self._exact.values())
        known = {each.company for each in statements} | {each.company for each in self._corrections.values()}
        return any(name is not None and name.casefold() == wanted for name in known)

    def _by_tables(self, name: str) -> Whose:
        if (match := self._suffixes.longest(name)) is None:
            return NOBODY
        suffix, statement = match
        if suffix == name:  # as each name is of which alone something is said
            exact = self._exact.get(name)
            if exact is not None and exact.purpose is not Purpose.UNKNOWN:
                return self._whose(exact, name, exact.purpose)
        elif statement.hosted:
            return self._hosted(name[: -len(suffix) - 1], suffix, statement)
        return self._below(name[: -len(suffix) - 1], suffix, statement)

    def _below(self, below: str, suffix: str, statement: Statement) -> Whose:
        """What is said of a suffix, and what the labels below it, if any, say against that."""
        purpose, company = statement.purpose, statement.company
        if company is None or not below:
            return self._whose(statement, suffix, purpose)
        words, heed = self._words.get(company, label_words.NO_WORDS), statement.heed
        if statement.doubtful:
            purpose, heard = Purpose.UNKNOWN, label_words.purpose_in_doubt(below, words)
        else:
            # What was said of a name and all below it holds, but for what reports there by its own label.
            heed = Heed.TRACKING if heed is Heed.NONE and purpose is not Purpose.UNKNOWN else heed
            heard = label_words.purpose_of(below, purpose, heed, words)
        return self._whose(statement, suffix, heard, "labels" if heard is not purpose else None)

    def _hosted(self, below: str, suffix: str, statement: Statement) -> Whose:
        """A customer's name: whose it is shows where the customer's own name stands in it, as CDNs have it."""
        for own in (below, below.rpartition(".")[0]):
            customer = self._by_tables(own) if "." in own else NOBODY
            if "." in customer.matched and customer.company:
                return replace(customer, matched=f"{customer.matched}.{suffix}")
        if suffix.endswith("amazonaws.com") and _OWN_SERVICE.fullmatch(f"{below}.{suffix}"):
            owner = self._suffixes["amazonaws.com"]
            words = self._words.get(owner.company or "", label_words.NO_WORDS)
            purpose = label_words.purpose_of(below, Purpose.UNKNOWN, Heed.ALL, words)
            return self._whose(owner, suffix, purpose, None if purpose is Purpose.UNKNOWN else "labels")
        return replace(NOBODY, matched=suffix, source=statement.source)

    def _may_be_more(self, whose: Whose, name: str) -> bool:
        """Whether a list that holds the name knows more than the tables: these speak of its domain, or not at all."""
        statement = self._exact.get(name) or self._suffixes.get(whose.matched)
        return statement is None or statement.heed is not Heed.NONE

    def _corrected(self, name: str, whose: Whose) -> Whose:
        for suffix in _suffixes(name):
            correction = self._corrections.get(suffix)
            if correction is None or not (correction.below or suffix == name):
                continue
            purpose = correction.purpose or whose.purpose
            company = correction.company or whose.company
            kind = kind_of(correction.purpose) if correction.purpose else whose.kind
            product = correction.product or (whose.product if company == whose.company else None)
            kind = kind if correction.kind is None else correction.kind
            country = self._countries.get(company or "")
            return Whose(company, product, purpose, kind, country, suffix, "correction")
        return whose

    def _whose(self, statement: Statement, matched: str, purpose: Purpose, source: str | None = None) -> Whose:
        company = statement.company
        return Whose(
            company, statement.product, purpose, kind_of(purpose), self._countries.get(company or ""), matched,
            source or statement.source,
        )  # fmt: skip


def load(corrections: Mapping[str, Correction] | None = None, state: Path | None = None) -> Facts:
    """Read the tables that come with the program, by way of the state directory where there is one (`kept_tables`).

    Raises packs.PackError, CompaniesError or ValueError.
    """
    return Facts(kept_tables.load(state), corrections)


def _version(known: Tables, corrections: dict[str, Correction]) -> str:
    """A digest of everything that is said, and of how it is read."""
    everything = f"{RULES}\n{known.digest}\n{sorted(corrections.items(), key=lambda item: item[0])}"
    return hashlib.sha256(everything.encode()).hexdigest()[:16]


def _suffixes(name: str) -> Iterator[str]:
    """Yield `name`, then what is left after each dot: the longest first."""
    yield name
    dot = name.find(".")
    while dot >= 0:
        yield name[dot + 1 :]
        dot = name.find(".", dot + 1)

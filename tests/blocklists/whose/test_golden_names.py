# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lookup says of 400 real names, against what public documents say of them (golden_names.tsv)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from blocklists.whose.facts import Facts, Whose, load

NOBODY = "-"
UNKNOWN = "unknown"
# What is held, of 400. Every wrong answer is worse than none, so these two limits stand below what "right" leaves open.
COMPANIES_RIGHT, COMPANIES_WRONG = 397, 0
KINDS_RIGHT, KINDS_WRONG = 385, 1  # of the others nothing is said: nothing is guessed of a maker, see test_held_out


@dataclass(frozen=True, slots=True)
class Golden:
    """One row: any of `companies` and any of `kinds` is right; "-" and "unknown" say that no answer is."""

    name: str
    companies: frozenset[str]
    kinds: frozenset[str]
    purpose: str
    source: str

    @property
    def hosted(self) -> bool:
        return NOBODY in self.companies

    def company(self, whose: Whose) -> str:
        """Return right, wrong or unknown."""
        if whose.company is None:
            return "right" if self.hosted else UNKNOWN
        return "right" if self.companies & set(_forms(whose.company)) else "wrong"

    def kind(self, whose: Whose) -> str:
        """Return right, wrong or unknown."""
        word = whose.kind.word
        if word in self.kinds:
            return "right"
        return UNKNOWN if word == UNKNOWN else "wrong"


def _rows() -> Iterator[Golden]:
    path = Path(__file__).with_name("golden_names.tsv")
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, companies, kinds, purpose, source = line.split("\t")
            yield Golden(name, frozenset(companies.split("|")), frozenset(kinds.split("|")), purpose, source)


def _forms(company: str) -> Iterator[str]:
    """Yield how a company is called: "Adjust (AppLovin)" is Adjust, and AppLovin."""
    brand, _, owner = company.removesuffix(")").partition(" (")
    yield from (company, brand, owner)


GOLDEN = tuple(_rows())


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


def test_the_set_is_as_wide_as_it_claims() -> None:
    assert len(GOLDEN) == len({row.name for row in GOLDEN}) == 400
    counts = Counter("hosted" if row.hosted else "/".join(sorted(row.kinds)) for row in GOLDEN)
    assert counts["tracking"] >= 120 and counts["use"] >= 200 and counts["hosted"] >= 40
    assert all(row.source.startswith("https://") for row in GOLDEN)


def test_whose_they_are(facts: Facts) -> None:
    answers = {row.name: (row.company(facts.of(row.name)), facts.of(row.name).company) for row in GOLDEN}
    wrong = {name: company for name, (answer, company) in answers.items() if answer == "wrong"}
    assert len(wrong) <= COMPANIES_WRONG, wrong
    missed = {name: company for name, (answer, company) in answers.items() if answer != "right"}
    assert len(GOLDEN) - len(missed) >= COMPANIES_RIGHT, missed


def test_whether_they_track(facts: Facts) -> None:
    answers = {row.name: (row.kind(facts.of(row.name)), facts.of(row.name).kind.word) for row in GOLDEN}
    wrong = {name: word for name, (answer, word) in answers.items() if answer == "wrong"}
    assert len(wrong) <= KINDS_WRONG, wrong
    missed = {name: word for name, (answer, word) in answers.items() if answer != "right"}
    assert len(GOLDEN) - len(missed) >= KINDS_RIGHT, missed


def test_no_hoster_is_said_to_own_what_is_a_customers(facts: Facts) -> None:
    answers = {row.name: facts.of(row.name).company for row in GOLDEN if row.hosted}
    assert not {name: company for name, company in answers.items() if company in ("Akamai", "Amazon", "Amazon AWS")}

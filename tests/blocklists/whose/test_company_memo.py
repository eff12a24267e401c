# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of names is what the facts say of them, however many there are, and of those facts alone."""

import pytest

from blocklists.whose import company_memo, facts
from blocklists.whose.company_memo import CompanyMemo
from blocklists.whose.facts import Correction

NAMES = ["data.mistat.xiaomi.com", "www.reddit.com", "nobody.example", "app-measurement.com"]


def test_it_says_what_the_facts_say_also_when_asked_again() -> None:
    known = facts.load()
    memo = CompanyMemo(known)
    for name in NAMES * 2:
        whose = known.of(name)
        assert memo[name] == (whose.company, whose.kind), name
    assert set(memo) == set(NAMES)


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known, asked = facts.load(), list[str]()
    of = known.of
    monkeypatch.setattr(known, "of", lambda name: asked.append(name) or of(name))
    memo = CompanyMemo(known)
    assert [memo[name] for name in NAMES] == [memo[name] for name in NAMES] and asked == NAMES


def test_of_too_many_names_all_are_forgotten_and_none_is_told_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company_memo, "MAX_NAMES", 3)
    known = facts.load()
    memo = CompanyMemo(known)
    for name in NAMES * 2:
        assert memo[name][0] == known.of(name).company and len(memo) <= 3


def test_a_correction_makes_other_facts() -> None:
    known = facts.load()
    memo = CompanyMemo(known)
    assert memo.is_of(facts.load())
    assert not memo.is_of(known.corrected({"nobody.example": Correction(False, "Somebody")}))

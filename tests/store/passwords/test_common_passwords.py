# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that are tried first are told by rule; those of a careful person are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.passwords.common_passwords import MIN_LENGTH, Strength, bits, is_common, judge

# Of the commonest, as everybody who runs a server knows them: those that are long enough to be taken.
COMMON = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()

CAREFUL = (
    "correct horse battery", "long enough", "telltale-demo", "another one", "a good long password", "gartenzaun-43-rot",
    "kT7$xv9!q", "tr0ub4dor&3", "mein hund heisst bello", "zwei blaue stiefel", "Xk29-pqLm", "vierzehn igel im schnee",
    "漢字のパスワードです", "пароль длинный и странный",
)


@pytest.mark.parametrize("password", COMMON)
def test_what_is_tried_first_is_refused(password: str) -> None:
    judged = judge(password)
    assert judged.refused and judged.strength is Strength.COMMON, judged


@pytest.mark.parametrize("password", CAREFUL)
def test_what_a_careful_person_takes_is_not(password: str) -> None:
    assert not judge(password).refused


def test_words_are_told_by_what_they_cost() -> None:
    texts = ("short", "password", "new password", "long enough", "correct horse staple")
    words = [Strength.SHORT, Strength.COMMON, Strength.WEAK, Strength.FAIR, Strength.STRONG]
    assert [judge(text).strength for text in texts] == words
    assert judge("short").refused and "has 5" in judge("short").why


@given(st.text(max_size=1100))
def test_any_text_is_judged(text: str) -> None:
    judged = judge(text)
    assert judged.word and judged.why and judged.refused == (len(text) < MIN_LENGTH or is_common(text))
    assert bits(text) >= 0


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=8, max_size=30), st.text(min_size=1, max_size=9))
def test_a_word_more_is_never_easier(text: str, more: str) -> None:
    assert bits(f"{text} {more}") >= bits(text) - 10

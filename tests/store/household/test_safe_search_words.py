# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search of a device in several groups: held to a reference that says it engine by engine."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config.choices import SearchEngine
from store.config.engine import Engine
from store.config.scopes import HOUSE
from store.household import safe_search_edit, safe_search_words
from store.household.safe_search_words import Words, combined

pytestmark = pytest.mark.database

ENGINES = ("bing", "youtube")
words = st.dictionaries(
    st.sampled_from(ENGINES), st.tuples(st.booleans(), st.sampled_from(["", "moderate", "strict"])), max_size=2
)


def reference(engine: str, setting: str, house: Words, groups: list[Words], own: Words) -> str | None:
    """The level of one engine, None where it is off, told from the narrowest scope up."""
    of_groups = [each[engine] for each in groups if engine in each]
    saying: list[tuple[bool, str]] = [own[engine]] if engine in own else []
    if of_groups:
        levels = [level for on, level in of_groups if on]
        strictest = "strict" if "strict" in levels else "moderate" if "moderate" in levels else ""
        saying.append((any(on for on, _ in of_groups), strictest))
    saying += [house[engine]] if engine in house else []
    saying += [(True, setting)] if setting != "off" else []
    if not saying or not saying[0][0]:
        return None
    if engine != "youtube":
        return ""
    return next((level for _, level in saying if level), "strict")


@given(st.sampled_from(["off", "moderate", "strict"]), words, st.lists(words, max_size=3), words)
def test_it_is_what_the_reference_says(setting: str, house: Words, groups: list[Words], own: Words) -> None:
    chosen = dict(combined(setting, house, groups, own))
    for engine in ENGINES:
        assert chosen.get(engine) == reference(engine, setting, house, groups, own)


def test_the_setting_holds_for_every_engine_where_nobody_says_anything() -> None:
    assert dict(combined("moderate")) == {engine: "moderate" if engine == "youtube" else "" for engine in SearchEngine}
    assert combined("off") == ()


def test_what_has_a_schedule_counts_inside_it_alone(engine: Engine, con: sqlite3.Connection) -> None:
    con.execute("INSERT INTO schedule (id, name, windows) VALUES (1, 'school', '[]')")
    safe_search_edit.set_safe_search(engine, ["bing"], schedule=1)
    assert safe_search_words.read(con) == {}
    assert safe_search_words.read(con, {1}) == {HOUSE: {"bing": (True, "")}}


def test_an_engine_that_nobody_knows_is_passed_over(con: sqlite3.Connection) -> None:
    rows = [("altavista", ""), ("bing", "x")]
    con.executemany("INSERT INTO safe_search VALUES ('house', 0, ?, 1, ?, NULL)", rows)
    assert safe_search_words.read(con) == {HOUSE: {"bing": (True, "")}}

# SPDX-License-Identifier: GPL-3.0-or-later
"""Which blocked name is shown first, and why; the log is tests/fixtures/memory_log.py's or SQLite's alike."""

from __future__ import annotations

import random

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.findings.culprits import MAX_CULPRITS, RETRIES, WINDOW_US, Asked, Before, rank, site

NOW = 1_800_000_000_000_000
S = 1_000_000


def asked(ago: float, name: str, *, blocked: bool = True, type_: str = "A") -> Asked:
    return Asked(NOW - int(ago * S), name, type_, blocked, "ads" if blocked else "", name if blocked else "")


def order(rows: list[Asked], before: dict[str, Before] | None = None) -> list[str]:
    return [culprit.name for culprit in rank(rows, before or {}, NOW)]


def reasons(rows: list[Asked], before: dict[str, Before] | None = None) -> str:
    return " ".join(rank(rows, before or {}, NOW)[0].reasons)


def test_what_was_never_blocked_before_comes_before_what_always_is() -> None:
    rows = [asked(20, "pay.shop.example"), asked(5, "metrics.tv.example")]
    before = {"metrics.tv.example": Before(900, 900)}
    assert order(rows, before) == ["pay.shop.example", "metrics.tv.example"]
    assert "never blocked for this device" in reasons(rows, before)
    assert "blocked 900 times" in reasons(rows[1:], before)


def test_what_belongs_to_the_site_that_was_just_opened_comes_first() -> None:
    rows = [
        asked(31, "www.shop.example", blocked=False), asked(30, "pay.shop.example"),
        asked(30, "ads.other.example"), asked(10, "lone.example"),
    ]  # fmt: skip
    assert order(rows) == ["pay.shop.example", "ads.other.example", "lone.example"]
    assert "same site as www.shop.example" in reasons(rows)
    assert "together with www.shop.example" in " ".join(rank(rows, {}, NOW)[1].reasons)
    assert "by itself" in " ".join(rank(rows, {}, NOW)[2].reasons)


def test_a_name_is_no_company_of_itself() -> None:
    rows = [asked(31, "www.shop.example", blocked=False), asked(30, "www.shop.example")]
    assert "www.shop.example" not in reasons(rows), "it passed while blocking was paused"


def test_what_is_asked_for_all_week_is_no_company() -> None:
    rows = [asked(31, "time.example", blocked=False), asked(30, "blocked.org")]
    assert "together with time.example" in reasons(rows)
    assert "together" not in reasons(rows, {"time.example": Before(2000, 0)})


def test_what_is_asked_for_again_and_again_is_waited_for() -> None:
    patient = [asked(30 + 5 * number, "wanted.org") for number in range(RETRIES)]
    rows = [*patient, *(asked(30, "once.org", type_=type_) for type_ in ("A", "AAAA", "HTTPS"))]
    assert order(rows) == ["wanted.org", "once.org"]
    assert "3 times within half a minute" in reasons(rows)
    assert rank(rows, {}, NOW)[1].count == 1, "one look-up asks for several types"
    slow = [asked(30 + 40 * number, "wanted.org") for number in range(RETRIES)]
    assert "half a minute" not in reasons(slow)


def test_of_equals_the_later_and_then_the_name_decides() -> None:
    rows = [asked(300, "a.org"), asked(200, "b.org"), asked(100, "d.org"), asked(100, "c.org")]
    assert order(rows)[-2:] == ["b.org", "a.org"] and order(rows)[:2] == ["c.org", "d.org"]


def test_a_site_is_about_what_a_name_belongs_to() -> None:
    names = ("www.shop.example", "a.b.co.uk", "co.uk", "localhost", "x.y.com.au", "a.example.de")
    assert [site(name) for name in names] == ["shop.example", "b.co.uk", "co.uk", "localhost", "y.com.au", "example.de"]


NAMES = st.sampled_from(["pay.shop.example", "www.shop.example", "ads.org", "cdn.org", "lone.net"])
ROWS = st.lists(
    st.builds(
        lambda ago, name, blocked, type_: asked(ago, name, blocked=blocked, type_=type_),
        st.integers(0, WINDOW_US // S), NAMES, st.booleans(), st.sampled_from(["A", "AAAA"]),
    ),
    max_size=12, unique=True,
)  # fmt: skip
BEFORES = st.dictionaries(NAMES, st.builds(lambda a, b: Before(a + b, b), st.integers(0, 50), st.integers(0, 50)))


@settings(max_examples=examples(150), deadline=None)
@given(ROWS, BEFORES, st.randoms(use_true_random=False))
def test_each_blocked_name_is_there_once_with_reasons_whatever_the_order_of_rows(
    rows: list[Asked], before: dict[str, Before], dice: random.Random
) -> None:
    ranked = rank(rows, before, NOW)
    assert sorted(each.name for each in ranked) == sorted({row.name for row in rows if row.blocked})
    assert all(each.reasons and all(each.reasons) for each in ranked)
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)
    shuffled = rows.copy()
    dice.shuffle(shuffled)
    assert rank(shuffled, before, NOW) == ranked


@settings(max_examples=examples(100), deadline=None)
@given(ROWS, BEFORES, NAMES)
def test_a_past_of_blocks_never_brings_a_name_forward(
    rows: list[Asked], before: dict[str, Before], name: str
) -> None:
    if not any(row.blocked and row.name == name for row in rows):
        return
    clean = {**before, name: Before(before.get(name, Before()).queries, 0)}
    stained = {**before, name: Before(before.get(name, Before()).queries, 30)}
    places = [[each.name for each in rank(rows, past, NOW)].index(name) for past in (clean, stained)]
    assert places[0] <= places[1]


def test_there_are_no_more_than_anybody_tries() -> None:
    assert len(rank([asked(5, f"n{number}.org") for number in range(50)], {}, NOW)) == MAX_CULPRITS

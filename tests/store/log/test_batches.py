# SPDX-License-Identifier: GPL-3.0-or-later
"""By rows and by columns a batch says the same."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.log.batches import BadBatch, Batch, columns, gather, key_columns, numbered
from store.log.records import Key

KEYS = [
    Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9"),
    Key("b.example", 1, 0, 3, "", "", 0, "9.9.9.9"),
    Key("a.example", 28, 1, 4, "ads", "b.example", 0, ""),
]
CLIENTS = ["10.0.0.2", "fd00::2"]
ROWS = st.lists(
    st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 1), st.integers(0, 2), st.integers(0, 2**32 - 1)), max_size=20
)


@given(ROWS)
def test_columns_are_the_rows_and_an_outcome_is_kept_once(rows: list[tuple[int, int, int, int]]) -> None:
    batch = Batch(1, 2, 3, CLIENTS, KEYS, rows, 4)
    found = columns(batch)
    assert found.batch() == batch and len(found) == len(rows)
    assert found.names == ["a.example", "b.example", "a.example"] and found.rules == ["", "", "b.example"]
    assert found.outcomes == [KEYS[0][1:], KEYS[2]._replace(rule="")[1:]]
    assert found.key_outcomes() == [key[1:] for key in KEYS]


def test_names_blocked_by_rules_of_their_own_have_the_outcome_in_common() -> None:
    keys = [KEYS[2]._replace(name=name, rule=name) for name in ("a.example", "b.example", "c.example")]
    found = gather((1, 2, 3, 4), [CLIENTS[0]] * 3, key_columns(keys), array("H", range(3)), range(3), [5] * 3)
    assert len(found.outcomes) == 1 and found.batch().keys == keys


@given(ROWS)
def test_rows_gathered_are_the_rows_of_the_batch(rows: list[tuple[int, int, int, int]]) -> None:
    clients, keys, key_of = [CLIENTS[row[1]] for row in rows], *numbered([KEYS[row[2]] for row in rows])
    columns_of = key_columns(keys), key_of, [row[0] for row in rows], [row[3] for row in rows]
    found = gather((1, 2, 3, 4), clients, *columns_of).batch()
    assert [(at, found.clients[c], found.keys[k], took) for at, c, k, took in found.rows] == [
        (at, CLIENTS[c], KEYS[k], took) for at, c, k, took in rows
    ]
    assert (found.worker, found.dropped, found.started_us, found.sent) == (1, 2, 3, 4)
    assert len(found.clients) == len({*clients}) and found.keys == keys


def test_equal_outcomes_are_one_whatever_they_were_told_as() -> None:
    outcomes = [(*KEYS[number][1:],) for number in (0, 2, 1)]  # the first and the last say the same
    keys = ["a.example", "b.example", "c.example"], [""] * 3, outcomes, array("H", range(3))
    found = gather((1, 2, 3, 4), [CLIENTS[0]] * 3, keys, array("H", range(3)), range(3), [5] * 3)
    assert found.outcomes == outcomes[:2] and list(found.outcome_of) == [0, 1, 0]


@pytest.mark.parametrize("row", [(-1, 0, 0, 0), (2**64, 0, 0, 0), (0, 70_000, 0, 0), (0, 0, 0, 2**32)])
def test_a_number_that_is_out_of_range_is_a_bad_batch(row: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadBatch, match="out of range"):
        columns(Batch(1, 0, 0, CLIENTS, KEYS, [row]))


def test_the_different_ones_have_their_numbers() -> None:
    assert numbered("abcab")[0] == ["a", "b", "c"] and list(numbered("abcab")[1]) == [0, 1, 2, 0, 1]

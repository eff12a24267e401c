# SPDX-License-Identifier: GPL-3.0-or-later
"""What is packed comes out again; the widths are those of files that were written; and nobody else shifts."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.sums import packed

STORE = Path(__file__).parents[3] / "store"
NUMBERS, VERDICTS, ORIGINS = st.integers(0, 2**32), st.integers(0, 7), st.integers(0, 7)
PAIRS = st.dictionaries(st.builds(packed.key, NUMBERS, VERDICTS), st.integers(1, 9), max_size=30)
KINDS = st.dictionaries(st.builds(packed.kind, st.integers(0, 5), VERDICTS, ORIGINS), st.integers(1, 9), max_size=30)


def test_the_widths_are_those_of_logs_that_were_written() -> None:
    """Changing one of them would misread every hour and day that is added up."""
    assert packed.key(5, 3) == 5 * 8 + 3
    assert packed.kind(5, 3, 2) == 5 * 64 + 3 * 8 + 2
    assert packed.row(5, 3) == 5 * 16_777_216 + 3
    assert bytes(packed.bits([0, 9])) == bytes([1, 2])


@given(NUMBERS, VERDICTS)
def test_a_key_comes_apart(number: int, verdict: int) -> None:
    key = packed.key(number, verdict)
    assert list(packed.numbers([key])) == [number] and list(packed.verdicts([key])) == [verdict]
    assert list(packed.unpacked([(key, 4)])) == [(number, verdict, 4)]
    assert list(packed.keys([number, number], [verdict, 0])) == [key, packed.key(number, 0)]
    assert key in packed.keys_of(number) and len(packed.keys_of(number)) == 8
    assert list(packed.spans([number])) == [(packed.keys_of(number).start, packed.keys_of(number).stop)]


@given(PAIRS, st.sampled_from([None, 0, 3]))
def test_columns_say_what_single_keys_say(pairs: dict[int, int], verdict: int | None) -> None:
    rows = [(*divmod(key, 8), count) for key, count in pairs.items()]
    chosen = [row for row in rows if verdict in (None, row[1])]
    assert list(packed.unpacked(pairs.items())) == rows
    assert list(packed.numbers(pairs, verdict)) == [number for number, _, _ in chosen]
    assert list(packed.by_number(pairs.items(), verdict)) == [(number, count) for number, _, count in chosen]
    assert list(packed.of_one(9, pairs.items())) == [(packed.key(9, said), count) for _, said, count in rows]
    others = {number: number % 3 for number, _, _ in rows if number % 2}
    assert list(packed.renumbered(pairs.items(), others)) == [
        (packed.key(others.get(number, 0), said), count) for number, said, count in rows
    ]


@given(st.integers(0, 2**20), VERDICTS, ORIGINS)
def test_a_kind_comes_apart_in_sql_too(list_id: int, verdict: int, origin: int) -> None:
    kind = packed.kind(list_id, verdict, origin)
    assert (packed.verdict_of(kind), packed.origin_of(kind)) == (verdict, origin)
    outcome = "(SELECT ? AS list_id, ? AS verdict, ? AS origin) o"
    sql = f"SELECT 1 + {packed.kind_sql('o', 'o.verdict')} - 1 FROM {outcome}"
    with closing(sqlite3.connect(":memory:")) as con:
        assert con.execute(sql, (list_id, verdict, origin)).fetchone() == (kind,)


@given(KINDS)
def test_kinds_say_what_their_lists_did(kinds: dict[int, int]) -> None:
    listed = [(kind // 64, packed.verdict_of(kind), count) for kind, count in kinds.items()]
    assert list(packed.list_keys(kinds.items())) == [(packed.key(n, verdict), m) for n, verdict, m in listed if n]
    assert list(packed.of_kinds(7, kinds.items())) == [(packed.key(7, verdict), m) for _, verdict, m in listed]


@given(st.integers(0, 2**30), st.integers(0, 2**24 - 1))
def test_a_row_is_a_block_and_a_client_in_sql_too(block: int, client: int) -> None:
    row = packed.row(block, client)
    assert (packed.block_of(row), packed.client_of(row)) == (block, client)
    sql = f"SELECT {packed.block_sql('id')}, {packed.client_sql('id')} FROM (SELECT ? AS id)"
    with closing(sqlite3.connect(":memory:")) as con:
        assert con.execute(sql, (row,)).fetchone() == (block, client)


@given(st.sets(st.integers(0, 500)))
def test_bits_hold_what_was_set(numbers: set[int]) -> None:
    bits = packed.bits(numbers)
    assert {number for number in range(600) if packed.holds(bits, number)} == numbers


@pytest.mark.parametrize("wing", ["log", "stats"])
def test_nobody_else_shifts(wing: str) -> None:
    files = [path for path in (STORE / wing).glob("*.py") if path.name != "packed.py"]
    shifting = re.compile(r"<<|>>|& *7\b|& *0x7\b")
    assert files and not {path.name for path in files if shifting.search(path.read_text("utf-8"))}

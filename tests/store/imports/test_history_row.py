# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a hostile file: whatever they are, what comes out is fit for the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.imports import history_row
from store.imports.history_row import BadLine, BadLines
from store.imports.import_file import Refused


@given(st.text())
def test_a_name_is_short_plain_and_stays_as_it_is(text: str) -> None:
    name = history_row.clean_name(text)
    assert 0 < len(name) <= history_row.MAX_NAME
    assert all("!" <= letter <= "~" for letter in name)
    assert history_row.clean_name(name) == name or name.endswith(".") or len(name) == history_row.MAX_NAME


@given(st.text())
def test_a_word_is_short_and_printable(text: str) -> None:
    word = history_row.clean_word(text)
    assert len(word) <= history_row.MAX_WORD
    assert word.isprintable()


def test_addresses_and_servers_are_written_as_the_log_has_them() -> None:
    assert history_row.clean_address("::FFFF:10.0.0.1") == "10.0.0.1"
    assert history_row.clean_address("FD00:0::1%eth0") == "fd00::1"
    with pytest.raises(BadLine):
        history_row.clean_address("10.0.0.256")
    assert [history_row.server(text) for text in ("9.9.9.9#53", "9.9.9.9#5353", "fd00::1#5353", "fd00::1")] == [
        "9.9.9.9", "9.9.9.9:5353", "[fd00::1]:5353", "fd00::1",
    ]  # fmt: skip


def test_macs_are_small_letters_or_nothing() -> None:
    assert history_row.clean_mac("AA-BB-CC-DD-EE-FF") == "aa:bb:cc:dd:ee:ff"
    assert [history_row.clean_mac(text) for text in ("00:00:00:00:00:00", "ip-10.0.0.1", "")] == ["", "", ""]


def test_a_time_needs_a_zone() -> None:
    assert history_row.iso_us("2026-11-29T00:00:00.5Z") == 1_795_910_400_500_000
    for text in ("2026-11-29T00:00:00", "yesterday", ""):
        with pytest.raises(BadLine):
            history_row.iso_us(text)


def test_some_bad_lines_are_borne_and_many_are_not() -> None:
    bad = BadLines()
    for number in range(1, 11):
        bad.add(number, BadLine("no"))
    bad.judge(11)
    bad.add(11, BadLine("no"))
    bad.judge(1_100)
    with pytest.raises(Refused, match="line 1: no"):
        bad.judge(1_000)

# SPDX-License-Identifier: GPL-3.0-or-later
"""A day's lines are what the view `queries` shows, and its digest is what anybody can make from them."""

import hashlib
import json

import pytest
from chained_days import FIRST_DAY, Chained, begin_of
from chained_days import chained as chained
from chained_days import three_days as three_days

from evidence.chain import day_digest
from evidence.chain.day_digest import DAY_US, DayLines

VIEW = """SELECT time_us, client, name, type, verdict, origin, list, rule, rcode, upstream, duration_ms FROM queries
          WHERE time_us >= ? AND time_us < ? ORDER BY time_us"""


def test_the_lines_are_what_the_view_shows(three_days: Chained) -> None:
    span = (begin_of(1), begin_of(2))
    shown = [[*row[:-1], round(row[-1] * 1000)] for row in three_days.log.execute(VIEW, span)]
    lines = list(DayLines(three_days.log).between(*span))
    assert [json.loads(line) for _, line in lines] == shown
    assert [at for at, _ in lines] == [row[0] for row in shown]
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in shown)
    digest = day_digest.digest(FIRST_DAY + 1, lines)
    assert digest is not None
    assert digest.sha256 == hashlib.sha256(text.encode("ascii")).digest()
    assert (digest.rows, digest.first_us, digest.last_us) == (len(shown), shown[0][0], shown[-1][0])
    assert [chunk.rows for chunk in digest.chunks] == [1000, 1000, 500]


def test_a_day_without_rows_has_a_digest(chained: Chained) -> None:
    digest = day_digest.digest(1, DayLines(chained.log).between(DAY_US, 2 * DAY_US))
    assert digest is not None
    assert (digest.rows, digest.sha256, digest.chunks) == (0, hashlib.sha256().digest(), ())


def test_it_stops_between_two_thousands_when_told_to(three_days: Chained) -> None:
    asked = iter([False, True])
    assert day_digest.digest(1, DayLines(three_days.log).between(begin_of(1), begin_of(2)), lambda: next(asked)) is None


def test_words_forgotten_for_want_of_room_are_read_again(three_days: Chained, monkeypatch: pytest.MonkeyPatch) -> None:
    span = (begin_of(0), begin_of(1))
    lines = list(DayLines(three_days.log).between(*span))
    monkeypatch.setattr(day_digest, "MAX_WORDS", 1)
    assert list(DayLines(three_days.log).between(*span)) == lines

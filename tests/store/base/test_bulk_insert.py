# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.base import bulk_insert


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_every_row_goes_in_whatever_their_number(count: int) -> None:
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE pairs (a INTEGER, b TEXT)")
    bulk_insert.insert(con, "pairs", [range(count), map(str, range(count))])
    assert con.execute("SELECT a, b FROM pairs ORDER BY rowid").fetchall() == [(n, str(n)) for n in range(count)]
    con.close()

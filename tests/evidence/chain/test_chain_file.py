# SPDX-License-Identifier: GPL-3.0-or-later
"""chain.db reads as empty while there is none, gives its links by pages, and outlives whatever was put into it."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.chain import chain_file, links
from evidence.chain.day_digest import DayDigest
from evidence.chain.links import Reason

pytestmark = pytest.mark.database


def test_a_missing_one_reads_as_an_empty_one(tmp_path: Path) -> None:
    with closing(chain_file.open_reader(tmp_path)) as con:
        assert list(chain_file.links(con)) == []
    assert not (tmp_path / chain_file.FILE_NAME).exists()


def test_links_come_in_order_or_the_latest_first_by_pages(tmp_path: Path) -> None:
    with closing(chain_file.open_writer(tmp_path)) as con:
        link = None
        for day in range(5):
            link = links.link(link, DayDigest(day // 2, 0, 0, 0, b"", ()), Reason.CLOSED, 0, 7)
            chain_file.append(con, link)
        assert [each.seq for each in chain_file.links(con)] == [1, 2, 3, 4, 5]
        assert [each.seq for each in chain_file.latest(con, None, 2)] == [5, 4]
        assert [each.seq for each in chain_file.latest(con, 4, 2)] == [3, 2]
        assert chain_file.newest(con) == link
        assert chain_file.of_day(con, 0) == replace(next(chain_file.latest(con, 3, 1)))
        assert chain_file.of_day(con, 9) is None


def test_it_is_read_whatever_a_column_holds(tmp_path: Path) -> None:
    with closing(chain_file.open_writer(tmp_path)) as con:
        chain_file.append(con, links.link(None, DayDigest(1, 0, 0, 0, b"", ()), Reason.CLOSED, 0, 7))
        con.execute("UPDATE links SET sums = 'text'")
        assert next(chain_file.links(con)).sums == b"text"

# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the chain: its head whole, a line for each day, and a word where it cannot be read."""

from contextlib import closing
from typing import Any

import pytest

from evidence.chain import chain_file, links
from evidence.chain.day_digest import DayDigest
from evidence.chain.links import Reason

PAGE = "/evidence/chain"


def closed(visitor: Any, days: int) -> links.Link:
    link = None
    with closing(chain_file.open_writer(visitor.home.state)) as con:
        for day in range(20_700, 20_700 + days):
            reason = Reason.LATE if day == 20_701 else Reason.CLOSED
            link = links.link(link, DayDigest(day, day, 1, 2, b"\1" * 32, ()), reason, 0, 1_790_000_000_000_000)
            chain_file.append(con, link)
    assert link is not None
    return link


def test_before_a_day_is_over_it_says_so(visitor: Any) -> None:
    page = visitor.get(PAGE).text
    assert "No day is closed yet." in page and "<table" not in page


def test_its_head_stands_whole_and_each_day_has_a_line(visitor: Any) -> None:
    last = closed(visitor, 3)
    page = visitor.get(PAGE).text
    assert "3 links, the last one of 2026-09-06." in page and f">{last.head}</code>" in page
    assert page.count('<th scope="row">') == 3 and "rows came later" in page and "20,702" in page
    assert f'href="{PAGE}" aria-current="page"' in page and f'href="{PAGE}"' in visitor.get("/evidence").text


def test_older_days_are_a_page_further(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.evidence.chain_page.PAGE", 2)
    last = closed(visitor, 3)
    assert f'href="{PAGE}?before=2"' in visitor.get(PAGE).text
    older = visitor.get(f"{PAGE}?before=2").text
    assert older.count('<th scope="row">') == 1 and "before=" not in older and f">{last.head}</code>" in older


def test_one_that_cannot_be_read_is_told(visitor: Any) -> None:
    (visitor.home.state / chain_file.FILE_NAME).write_bytes(b"nothing" * 900)
    answer = visitor.get(PAGE)
    assert answer.status_code == 503 and "it is damaged." in answer.text

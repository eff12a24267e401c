# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of who and what was asked most; tests/webui/test_numbers_are_counts.py holds them to SQL."""

import re
from typing import Any

from store.stats.sqlite_reader import empty_reader
from webui.home.number_lists import CARDS, lists


def test_without_a_log_every_list_is_empty() -> None:
    reader = empty_reader()
    with reader.counts(0, 1) as counts:
        values = lists(counts, "range=7d")
    reader.close()
    assert not values.pop("summary").queries
    assert list(values.pop("rows")) == list(values.pop("unnamed")) == list(CARDS)
    assert values.pop("long") and not any(values.values())


def test_the_page_of_numbers_has_a_card_for_each(looker: Any) -> None:
    page = looker.get("/numbers?range=7d").text
    for anchor in CARDS:
        assert f'id="{anchor}"' in page
    assert "Names blocked most" in page and f"{len(looker.home.written):,} queries." in page


def test_a_list_that_is_longer_leads_to_it_at_length(looker: Any) -> None:
    page = looker.get("/numbers?range=7d").text
    (link,) = re.findall(r'href="(/numbers\?only=passed[^"]*)"', page)
    alone = looker.get(link.replace("&amp;", "&")).text
    cards = (text.partition('id="passed"')[2] for text in (page, alone))
    short, long = (re.findall(r'top-count"><b>([\d,]+)</b>', card) for card in cards)
    assert len(short) == 8 < len(long) and long[:8] == short
    assert 'id="blocked"' not in alone and "only=passed" in alone.partition('class="ranges"')[2]
    assert looker.get("/numbers?only=nonsense").text.count('class="pair"') == 3

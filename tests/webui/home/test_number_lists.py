# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of who and what was asked most; tests/webui/test_numbers_are_counts.py holds them to SQL."""

from typing import Any

from store.stats.sqlite_reader import empty_reader
from webui.home.number_lists import lists


def test_without_a_log_every_list_is_empty() -> None:
    reader = empty_reader()
    with reader.counts(0, 1) as counts:
        values = lists(counts, "range=7d")
    reader.close()
    assert not values.pop("summary").queries
    assert not any(values.values())


def test_the_page_of_numbers_has_a_card_for_each(looker: Any) -> None:
    page = looker.get("/numbers?range=7d").text
    for anchor in ("reports", "reporting", "used", "asking"):
        assert f'id="{anchor}"' in page
    assert "Names blocked most" in page and f"{len(looker.home.written):,} queries." in page

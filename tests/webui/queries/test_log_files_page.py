# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of what matches stands before it is taken out or deleted, and is the number of rows."""

import html
import re
from typing import Any

import pytest

from store.stats import search


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("", {}), ("device=1", {"client": "192.168.1.21"}), ("verdict=BLOCK", {"verdict": 1}),
        ("company=Netflix", {"company": "Netflix"}),
    ],
)  # fmt: skip
def test_what_matches_is_counted(looker: Any, address: str, wanted: dict[str, object]) -> None:
    page = looker.get(f"/queries/count?{address}").text
    count = looker.home.count(**wanted)
    assert f"{count:,} quer" in page and "so far" not in page


def test_what_takes_long_goes_on_from_where_it_was(looker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_COUNTED", 1)
    page, looks = looker.get("/queries/count?name=com").text, 1
    while found := re.search(r'hx-get="([^"]+)"', page):
        page, looks = looker.get(html.unescape(found[1])).text, looks + 1
    count = looker.home.sql("SELECT count(*) FROM queries WHERE name LIKE '%com%'")[0][0]
    assert looks > 1 and f"{count:,} queries match" in page


def test_before_it_is_deleted_it_is_counted(looker: Any) -> None:
    page = looker.get("/queries/clear?device=1").text
    count = looker.home.count(client="192.168.1.21")
    assert f"Delete {count:,} queries" in page and "Redmi Note 13" in page
    assert 'name="device" value="1"' in page and 'name="before" value="now"' in page


def test_what_cannot_be_deleted_apart_is_told_with_the_filters_in_the_way(looker: Any) -> None:
    page = looker.get("/queries/clear?device=1&verdict=BLOCK").text
    assert "<form" not in page and "Verdict" in page and "Device" not in page
    assert "<form" not in looker.get("/queries/clear?range=7d").text
    assert "nothing to delete" in looker.get("/queries/clear?device=99").text


def test_a_form_that_is_not_sure_deletes_nothing(visitor: Any) -> None:
    assert visitor.form("/queries/clear", device="1").status_code == 422

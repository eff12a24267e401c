# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a pack: all of them in pages, each found by its name, purpose or what it breaks, and counted once."""

from __future__ import annotations

import pytest

from blocklists.packs import vendor_packs
from webui.lists.pack_names_view import PER_PAGE, asked, names_page


@pytest.fixture(scope="module")
def pack() -> vendor_packs.Pack:
    found = vendor_packs.of_list("pack:xiaomi")
    assert found is not None
    return found


def test_all_pages_together_hold_every_name_once(pack: vendor_packs.Pack) -> None:
    first = names_page(pack, "safe", "", "", 1)
    rows = [row.name for page in range(1, first.last + 1) for row in names_page(pack, "safe", "", "", page).rows]
    assert rows == [name.name for name in pack.names]
    assert len(first.rows) == PER_PAGE and first.found == first.there == len(pack.names)
    assert names_page(pack, "safe", "", "", 999).page == first.last


def test_a_search_looks_at_name_purpose_and_note(pack: vendor_packs.Pack) -> None:
    assert {row.name for row in names_page(pack, "safe", "MISTAT", "", 1).rows} == {
        name.name for name in pack.names if "mistat" in name.name
    }  # fmt: skip
    assert all(row.purpose == "ads" for row in names_page(pack, "safe", "", "safe", 1).rows if "ads" in row.note)
    assert names_page(pack, "safe", "sign-in", "", 1).found >= 1
    assert names_page(pack, "safe", "no such name", "", 1).rows == ()
    assert all(row.level == "strict" for row in names_page(pack, "safe", "", "strict", 1).rows)


def test_what_holds_now_is_marked(pack: vendor_packs.Pack) -> None:
    rows = names_page(pack, "strict", "", "", 1).rows
    assert {row.held for row in rows if row.level in ("safe", "strict")} == {True}
    assert not any(row.held for row in names_page(pack, "off", "", "", 1).rows)


def test_each_query_counts_for_the_narrowest_row(pack: vendor_packs.Pack) -> None:
    rows = names_page(pack, "safe", "mistat", "", 1).rows
    row = next(row for row in rows if row.below)
    alone = [each for each in names_page(pack, "safe", "", "", 1).rows if not each.below][:1]
    counts = [(row.name, 3, 1), (f"a.b.{row.name}", 4, 4), ("other.example", 9, 9)]
    counts += [(f"x.{each.name}", 5, 5) for each in alone]
    sums = asked([*rows, *alone], counts)
    assert (sums[row.name].queries, sums[row.name].blocked) == (7, 5) and len(sums) == 1

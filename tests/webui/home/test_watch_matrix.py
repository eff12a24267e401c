# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices by companies: all cells together are all pairs, what matters most has a place, numbers lead to their rows."""

from hypothesis import given
from hypothesis import strategies as st

from store.log.values import TrackingPair
from webui.home.watch_matrix import Cell, matrix
from webui.views import ranges

SPAN = ranges.find("7d", 1_800_000_000)
PAIRS = st.lists(
    st.builds(
        lambda device, company, blocked, failed, through: TrackingPair(
            device, f"d{device}", company, blocked + failed + through, blocked, failed
        ),
        st.none() | st.integers(1, 12), st.none() | st.sampled_from("ABCDEFGHIJ"),
        st.integers(0, 9), st.integers(0, 9), st.integers(1, 9),
    ),
    max_size=60, unique_by=lambda pair: (pair.device, pair.company),
)  # fmt: skip


def sums(cells: list[Cell | None]) -> tuple[int, int, int, int]:
    there = [cell for cell in cells if cell]
    lookups, blocked, through, failed = (
        sum(getattr(cell, name) for cell in there) for name in ("lookups", "blocked", "through", "failed")
    )
    return lookups, blocked, through, failed


@given(PAIRS, st.integers(1, 9), st.integers(1, 7))
def test_all_cells_together_are_all_pairs(pairs: list[TrackingPair], rows: int, columns: int) -> None:
    table = matrix(pairs, SPAN, rows, columns)
    whole = tuple(sum(getattr(pair, name) for pair in pairs) for name in ("lookups", "blocked", "through", "failed"))
    cells = [cell for line in table.lines for cell in line.cells]
    assert sums(cells) == whole == sums([line.total for line in table.lines])
    assert sums([column.total for column in table.columns]) == whole == sums([table.total])
    for place, column in enumerate(table.columns):
        assert sums([line.cells[place] for line in table.lines]) == sums([column.total])
    for line in table.lines:
        assert sums(list(line.cells)) == sums([line.total]) and len(line.cells) == len(table.columns)
    assert len(table.lines) <= rows + 1 and len(table.columns) <= columns + 1


def test_whom_most_got_through_to_has_a_place_though_others_were_tried_more() -> None:
    loud = [TrackingPair(1, "TV", f"Stopped {n}", 100 + n, 100 + n) for n in range(9)]
    table = matrix([*loud, TrackingPair(1, "TV", "Quiet", 3, 0)], SPAN, 8, 4)
    assert [column.label for column in table.columns] == ["Stopped 8", "Stopped 7", "Stopped 6", "Quiet", "others"]
    assert table.folded and table.companies == 10


def test_cells_lead_to_their_rows_and_heads_to_their_pages() -> None:
    hostile = 'x"><script>&=/'
    table = matrix([TrackingPair(3, "TV", hostile, 9, 5), TrackingPair(None, "unknown", None, 2, 0)], SPAN)
    tv, unknown = table.lines
    assert tv.cells[0] is not None and tv.cells[0].href.startswith(
        "/queries?device=3&company=x%22%3E%3Cscript%3E%26%3D%2F&kind=tracking&range=7d"
    )
    assert (tv.href, unknown.href) == ("/devices/3?range=7d", "")
    assert table.columns[0].href == "/companies/x%22%3E%3Cscript%3E%26%3D%2F?range=7d"
    assert unknown.cells[0] is None and unknown.cells[1] is not None and unknown.cells[1].href == ""


def test_a_cell_says_what_became_of_it() -> None:
    pairs = [
        TrackingPair(1, "a", "A", 4, 4), TrackingPair(2, "b", "A", 3, 0), TrackingPair(3, "c", "A", 2, 1),
        TrackingPair(4, "d", "A", 1, 0, 1),
    ]  # fmt: skip
    cells = [line.cells[0] for line in matrix(pairs, SPAN).lines]
    assert [(cell.state, str(cell.words)) for cell in cells if cell] == [
        ("stopped", "all stopped"), ("through", "all got through"), ("split", "1 stopped and 1 got through"),
        ("failed", "failed"),
    ]  # fmt: skip


def test_devices_beyond_the_bound_are_one_row() -> None:
    table = matrix([TrackingPair(n, f"d{n}", "A", n, 0) for n in range(1, 6)], SPAN, 3)
    assert [(line.label, line.total.lookups) for line in table.lines] == [
        ("d5", 5), ("d4", 4), ("d3", 3), ("2 other devices", 3),
    ]  # fmt: skip
    assert matrix([], SPAN).total is None

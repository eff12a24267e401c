# SPDX-License-Identifier: GPL-3.0-or-later
"""The first page about lists: what is on, what is not well and how that is cured."""

from __future__ import annotations

from dataclasses import replace

from store.config.choices import ListKind, PackLevel
from store.config.list_status import ListStatus
from store.config.lists import BlocklistView, ToggleView
from webui.lists.overview_view import Cure, first_sentence, in_force, troubles

NOW = 2_000_000_000.0
FRESH = ListStatus(fetched_at=int(NOW) - 3600)
LIST = BlocklistView(
    id="a-list", kind=ListKind.CATALOGUE, title="A list", source="https://lists.example/a", format=None, allow=False,
    about="", licence="", purpose="ads", size="small", homepage="", added_at=0, on=True, level=None, toggles=(),
    status=FRESH,
)  # fmt: skip
PACK = replace(LIST, id="pack:x", kind=ListKind.PACK, title="X", level=PackLevel.STRICT, status=None)


def test_what_stopped_most_comes_first_and_off_is_left_out() -> None:
    rows = in_force([LIST, PACK, replace(LIST, id="b", on=False)], {"pack:x": 7, "a-list": 3}, {})
    assert [(row.id, row.hits, row.pack) for row in rows] == [("pack:x", 7, True), ("a-list", 3, False)]
    assert rows[0].href == "/blocklists/pack:x" and rows[0].state == "strict"


def test_a_row_names_few_exceptions_and_counts_the_rest() -> None:
    [row] = in_force([LIST], {}, {"a-list": ["a.example", "b.example", "c.example", "d.example", "\u202ee.example"]})
    assert row.let_through == ("a.example", "b.example", "c.example") and row.more == 2


def test_failed_comes_before_held_before_waiting() -> None:
    failed = replace(LIST, id="f", status=replace(FRESH, error="Not fetched: its server answered 404."))
    held = replace(LIST, id="h", status=replace(FRESH, held="it has a tenth of its rules"))
    waits, old = replace(LIST, id="w", status=None), replace(LIST, id="o", status=replace(FRESH, fetched_at=1))
    rows = troubles([waits, held, old, failed, LIST, replace(PACK, status=replace(FRESH, error="x"))], NOW)
    assert [(row.id, row.cure) for row in rows] == [
        ("o", Cure.AGAIN), ("f", Cure.AGAIN), ("h", Cure.TAKE), ("w", Cure.WAIT)
    ]  # fmt: skip


def test_a_list_that_is_off_for_all_needs_nobody() -> None:
    failed = replace(LIST, on=False, status=replace(FRESH, error="Not fetched."))
    assert troubles([failed], NOW) == []
    assert len(troubles([replace(failed, toggles=(ToggleView("device:1", True, None),))], NOW)) == 1


def test_the_first_sentence_counts() -> None:
    rows = in_force([LIST, PACK], {"pack:x": 1200}, {})
    assert first_sentence(rows, []) == (
        "2 lists are in force for the whole house and stopped 1,200 queries today. All of them are well."
    )
    ill = troubles([replace(LIST, status=replace(FRESH, error="no"))], NOW)
    assert first_sentence(rows, ill).endswith("1 of them needs you.")
    assert first_sentence([], []).startswith("No list is on")

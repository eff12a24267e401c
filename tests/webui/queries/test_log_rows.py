# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries of one look-up are one row, and only those."""

from dataclasses import fields
from typing import Any

from store.log.records import QueryRow
from webui.queries import log_rows
from webui.views.queries_view import view

BASE = 1_795_000_000_000_000
PLAIN: dict[str, Any] = {column.name: None for column in fields(QueryRow)} | {
    "time": "", "device": "TV", "device_id": 1, "client": "10.0.0.2", "name": "a.example", "type": "A",
    "verdict": "PASS", "origin": "UPSTREAM", "kind": "unknown", "purpose": "unknown", "rcode": "NOERROR",
    "duration_ms": 1.0,
}  # fmt: skip


def row(after_us: int, **other: Any) -> Any:
    return view(QueryRow(**{**PLAIN, "time_us": BASE + after_us, **other}), {})


def shape(rows: list[Any], **how: Any) -> list[tuple[int, tuple[str, ...]]]:
    return [(each.time_us - BASE, tuple(one.type for one in each.queries)) for each in log_rows.folded(rows, **how)]


def test_the_queries_for_addresses_of_a_name_within_a_second_are_one_row_whatever_their_order() -> None:
    rows = [row(900_000, type="HTTPS"), row(0), row(200_000, type="AAAA"), row(1_800_000)]
    assert shape(rows) == [(0, ("A", "AAAA", "HTTPS", "A"))]
    assert log_rows.folded(rows)[0].types == ("A", "AAAA", "HTTPS")
    assert shape(rows, fold=False) == [(1_800_000, ("A",)), (900_000, ("HTTPS",)), (200_000, ("AAAA",)), (0, ("A",))]


def test_another_name_device_verdict_list_type_or_second_is_another_row() -> None:
    first = row(0)
    for other in ({"name": "b.example"}, {"device_id": 2}, {"verdict": "BLOCK"}, {"list": "ads"}, {"type": "TXT"}):
        assert len(log_rows.folded([first, row(10, **{"type": "AAAA", **other})])) == 2, other
    assert len(log_rows.folded([first, row(1_000_001, type="AAAA")])) == 2


def test_rows_of_one_look_up_have_one_key_and_no_others() -> None:
    keys = [log_rows.folded([row(0, **other)])[0].key for other in ({}, {"type": "AAAA"}, {"name": "b.example"})]
    assert keys[0] == keys[1] != keys[2]


def test_without_a_device_what_is_around_is_of_the_address() -> None:
    wanted = log_rows.around(row(0, device_id=None), 60)
    assert (wanted.device, wanted.client) == (None, "10.0.0.2")
    assert (wanted.from_us, wanted.to_us) == (BASE - 60_000_000, BASE + 60_000_000)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a backup that nobody's page would have made: too many, too long, out of range."""

from typing import Any

import pytest

from store.backup.backup_form import TABLES
from store.backup.row_checks import MAX_ROWS, MAX_TEXT, check_count, check_mac, check_network, check_values
from store.config.session import EditError


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("rule", {"comment": "x" * (MAX_TEXT + 1)}),
        ("rule", {"comment": "\x1b[31m"}),
        ("group", {"name": "a\x00b"}),
        ("device", {"maker": "x" * (MAX_TEXT + 1)}),
        ("rule", {"created_at": -1}),
        ("device", {"first_seen": 2**62}),
        ("pause", {"until": 253_402_300_800}),
        ("rule", {"subdomains": 7}),
        ("toggle", {"on": -1}),
        ("group", {"id": 0}),
        ("group", {"id": 2**53 + 1}),
        ("device_group", {"device_id": -5}),
        ("rule", {"scope_kind": "house", "scope_id": 5}),
        ("rule", {"scope_kind": "group", "scope_id": 0}),
    ],
)
def test_what_no_row_has_is_refused_by_its_column(table: str, row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=list(row)[-1]):
        check_values(table, row)


def test_what_rows_have_is_taken() -> None:
    check_values("rule", {"id": 1, "scope_kind": "house", "scope_id": 0, "comment": "two\nlines\tà", "created_at": 0})
    check_values("device", {"found_name": "odd\x07name", "name": None, "first_seen": 253_402_300_799})
    check_values("group", {"upstreams": "[" + "1" * 10_000 + "]"})
    check_values("request", {"granted": -1, "decided_at": None})


def test_as_many_as_pages_let_in() -> None:
    assert set(MAX_ROWS) <= set(TABLES)
    for table, most in MAX_ROWS.items():
        check_count(table, range(most))
        with pytest.raises(EditError, match=f"rows of {table}"):
            check_count(table, range(most + 1))
    check_count("client", range(10**6))


@pytest.mark.parametrize("text", ["", "aa:bb", "zz:zz:zz:zz:zz:zz", "AA:BB:CC:00:11:22", "aa:bb:cc:00:11:22\n"])
def test_a_mac_address_is_one(text: str) -> None:
    with pytest.raises(ValueError):
        check_mac(text)
    check_mac("aa:bb:cc:00:11:22")


@pytest.mark.parametrize("text", ["hello", "", "fe80::1%eth0", "10.0.0.0/99"])
def test_a_network_is_one(text: str) -> None:
    with pytest.raises(ValueError):
        check_network(text)
    check_network("10.0.0.5/8")

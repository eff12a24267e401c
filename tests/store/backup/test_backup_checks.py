# SPDX-License-Identifier: GPL-3.0-or-later
"""Each value by the rules of the pages; whole backups: test_restore.py."""

from typing import Any

import pytest

from store.backup.backup_checks import check
from store.backup.backup_form import TABLES
from store.config.session import EditError


def test_tables_without_rows_are_fine() -> None:
    check({table: [] for table in TABLES})


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("token", {"hash": "x"}), ("token", {"hash": "G" * 64}), ("setting", {"key": "x"}),
        ("account", {"id": 0, "password_hash": "scrypt$2$8$5$00$00"}), ("account", {"id": 1, "password_hash": "x"}),
        ("client", {"address": "fe80::1%eth0\n"}), ("blocklist", {"kind": "pack", "answer": "x y", "options": "{}"}),
        ("blocklist", {"kind": "pack", "answer": "", "options": "[]"}), ("safe_search", {"engine": "none"}),
        ("schedule", {"name": "Night", "windows": "[5]"}), ("schedule", {"name": "Night", "windows": "{"}),
        ("local_record", {"name": "nas.example", "type": "A", "value": "x"}),
        ("forward", {"domain": "corp.example", "upstreams": "[]"}),
        ("forward", {"domain": "a b", "upstreams": '["192.168.9.1"]'}),
    ],
)  # fmt: skip
def test_the_row_is_named(table: str, row: dict[str, Any]) -> None:
    with pytest.raises(EditError, match=f"Row 1 of {table} in this backup is not valid"):
        check({table: [row]})


def test_what_is_right_is_taken() -> None:
    check({
        "token": [{"hash": "0" * 64}], "account": [{"id": 1, "password_hash": "scrypt$2$8$5$00$00"}],
        "client": [{"address": "fd00::1"}, {"address": "192.168.2.0/24"}],
    })  # fmt: skip


def test_records_stand_beside_each_other() -> None:
    def record(name: str, type_: str, value: str) -> dict[str, Any]:
        return {"name": name, "type": type_, "value": value}

    for second in (record("a.example", "A", "192.168.1.2"), record("b.example", "CNAME", "a.example")):
        with pytest.raises(EditError, match="records in this backup are not valid"):
            check({"local_record": [record("a.example", "CNAME", "b.example"), second]})


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("device_network", {"network": "hello", "device_id": 1}),
        ("device_mac", {"mac": "nonsense", "device_id": 1, "private": 0, "first_seen": 0, "last_seen": 0}),
        ("wall_switch", {"scope_kind": "group", "scope_id": 1, "switch": "warp", "mode": "watch"}),
        ("safe_search", {"scope_kind": "house", "scope_id": 0, "engine": "google", "on": 1, "level": "odd"}),
        ("exception", {"scope_kind": "house", "scope_id": 0, "name": "no name..", "until": 1, "created_at": 0}),
        ("group", {"id": 1, "name": "Kids", "answer": "", "upstreams": '["gopher://x"]'}),
        ("group", {"id": 1, "name": "Kids", "answer": "", "upstreams": '{"a": 1}'}),
        ("group", {"id": 1, "name": "Kids", "answer": "", "upstreams": "[" * 50_000}),
        ("setting", {"key": "log_keep_days", "value": "[" * 50_000}),
        ("blocklist", {"id": "../../etc/passwd", "kind": "added", "source": "https://x.example/", "format": None,
                       "answer": "", "options": "{}"}),
    ],
)  # fmt: skip
def test_what_would_break_who_reads_it_is_refused_with_its_place(table: str, row: dict[str, Any]) -> None:
    with pytest.raises(EditError, match=f"Row 1 of {table} in this backup is not valid"):
        check({table: [row]})

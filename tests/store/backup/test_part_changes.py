# SPDX-License-Identifier: GPL-3.0-or-later
from store.backup.backup_form import PARTS, TABLES
from store.backup.part_changes import PartChange, count, newest
from store.history.recording import RowChange


def test_rows_are_counted_in_the_part_of_their_table() -> None:
    row = {"id": 1}
    altered = [RowChange("group", None, row), RowChange("device_group", row, None), RowChange("rule", row, row)]
    counted = count(["groups", "rules", "wall"], {"group": [row, row], "device_group": [row]}, altered)
    assert counted == (
        PartChange("groups", 3, added=1, removed=1), PartChange("rules", 0, changed=1), PartChange("wall", 0)
    )  # fmt: skip


def test_every_table_is_counted_once() -> None:
    altered = [RowChange(table, None, {}) for table in TABLES]
    assert sum(part.added for part in count(PARTS, {}, altered)) == len(TABLES)


def test_the_newest_moment_is_one_that_can_be() -> None:
    tables = {"rule": [{"created_at": 5}], "device": [{"first_seen": 9, "id": 99}], "setting": [{"key": "x"}]}
    assert newest(tables) == 9
    assert newest({"rule": [{"created_at": 10**15}, {"created_at": -1}, {"created_at": None}]}) is None

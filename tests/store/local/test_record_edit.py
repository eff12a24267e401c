# SPDX-License-Identifier: GPL-3.0-or-later
"""Local records in config.db: each edit is one change, which can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.config.engine import Engine
from store.config.session import EditError, NotFound, engine
from store.household import undo
from store.household.changes import changes
from store.local import record_edit

pytestmark = pytest.mark.database


@pytest.fixture
def e(state: Path) -> Engine:
    return engine(state)


def there(e: Engine) -> list[str]:
    return [f"{row.name} {row.type} {row.value}" for row in record_edit.records(e)]


def test_a_record_is_added_changed_removed_and_each_is_undone(e: Engine) -> None:
    number = record_edit.add_record(e, "NAS.lan", "a", "192.168.1.5", "box")
    record_edit.change_record(e, number, value="192.168.1.6")
    assert there(e) == ["nas.lan A 192.168.1.6"]
    record_edit.remove_record(e, number)
    assert there(e) == []
    assert [view.what for view in changes(e)] == [
        "The local record nas.lan A 192.168.1.6 is removed.", "The local record nas.lan A 192.168.1.5 is changed.",
        "The local record nas.lan A 192.168.1.5 is added.",
    ]  # fmt: skip
    undo.undo(e, changes(e)[0].id)
    assert there(e) == ["nas.lan A 192.168.1.6"]


def test_all_of_a_name_go_at_once(e: Engine) -> None:
    for value in ("192.168.1.5", "192.168.1.6"):
        record_edit.add_record(e, "nas.lan", "A", value)
    assert record_edit.remove_name(e, "NAS.lan.") == 2 and there(e) == []
    with pytest.raises(NotFound, match=r"no local record of nas\.lan"):
        record_edit.remove_name(e, "nas.lan")


def test_what_cannot_stand_is_refused(e: Engine) -> None:
    number = record_edit.add_record(e, "a.lan", "CNAME", "b.lan")
    for name, kind, value, why in (
        ("b.lan", "CNAME", "a.lan", "circle"), ("a.lan", "A", "192.0.2.1", "stands alone"), ("x", "A", "y", "no IPv4"),
        ("telltale", "A", "192.0.2.1", "own name"), ("telltale.lan", "A", "192.0.2.1", "own name"),
    ):  # fmt: skip
        with pytest.raises(EditError, match=why):
            record_edit.add_record(e, name, kind, value, own_name="telltale")
    with pytest.raises(EditError, match="cannot lead to itself"):
        record_edit.change_record(e, number, value="a.lan")
    with pytest.raises(NotFound):
        record_edit.remove_record(e, 99)
    assert there(e) == ["a.lan CNAME b.lan"]


def test_there_is_room_for_so_many(e: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_edit, "MAX_RECORDS", 1)
    record_edit.add_record(e, "a.lan", "A", "192.0.2.1")
    with pytest.raises(EditError, match="1 local records already"):
        record_edit.add_record(e, "b.lan", "A", "192.0.2.1")
    assert record_edit.import_hosts(e, "192.168.1.5 c.lan").refused == ((1, "There are 1 local records already."),)


def test_a_hosts_file_is_taken_in_as_one_change_as_far_as_it_can_be(e: Engine) -> None:
    record_edit.add_record(e, "alias.lan", "CNAME", "nas.lan")
    record_edit.add_record(e, "nas.lan", "A", "192.168.1.5")
    box, others = "192.168.1.5 nas.lan nas\n", "192.168.1.6 alias.lan\n192.168.1.7 telltale\n0.0.0.0 ads.example\n"
    text = f"{box}{others}192.168.1.5 nas\n"
    imported = record_edit.import_hosts(e, text, "telltale")
    assert (imported.added, imported.known, [number for number, _ in imported.refused]) == (1, 2, [2, 3, 4])
    assert record_edit.summary(imported) == "1 record was added; 2 were known, 3 could not be added."
    undo.undo(e, changes(e)[0].id)
    assert there(e) == ["alias.lan CNAME nas.lan", "nas.lan A 192.168.1.5"]
    with pytest.raises(EditError, match="too large"):
        record_edit.import_hosts(e, "#" * (3 << 20))

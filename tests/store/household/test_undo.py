# SPDX-License-Identifier: GPL-3.0-or-later
"""Every edit can be taken back; where a later one stands in the way, that one is named."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.base.db import connect, open_config
from store.config import devices, edit, lists
from store.config.choices import NameSource
from store.config.engine import Engine
from store.config.session import EditError, NotFound, writing
from store.devices import device_edits, found_names, sightings_store
from store.history import acting
from store.history.acting import Acting, Origin
from store.history.table_shapes import rows, shape
from store.history.tracked import TRACKED
from store.household import groups
from store.household.changes import change, changes, newest_of_a_person
from store.household.undo import InTheWay, undo, undo_last, undo_several
from store.local import record_edit

pytestmark = pytest.mark.database


@pytest.fixture
def e(tmp_path: Path) -> Iterator[Engine]:
    open_config(tmp_path)
    with acting.as_(Acting(Origin.COMMAND, "somebody")):
        yield edit.engine(tmp_path)


def _state(e: Engine, tmp_path: Path) -> dict[str, object]:
    with closing(connect(tmp_path / "config.db")) as con:
        return {table: rows(con, shape(con, table)) for table in TRACKED}


def _device(tmp_path: Path, address: str = "192.168.1.20") -> int:
    with closing(connect(tmp_path / "config.db")) as con:
        return sightings_store.sighted(con, address)


def _newest(e: Engine) -> int:
    return changes(e)[0].id


def test_a_toggle_is_noted_and_taken_back(e: Engine, tmp_path: Path) -> None:
    list_id = lists.add_blocklist(e, "https://lists.example/a.txt", "Ads")
    before = _state(e, tmp_path)
    edit.set_toggle(e, list_id, "house", False)
    view = changes(e)[0]
    assert (view.what, view.who, view.altered) == ("Ads is off for the whole house.", "somebody", 1)
    assert undo(e, view.id) == "Undone: Ads is off for the whole house."
    assert _state(e, tmp_path) == before
    again = change(e, view.id)
    assert again is not None and again.undone_by == _newest(e) and not again.undoable


def test_the_undo_of_an_undo_brings_it_back(e: Engine, tmp_path: Path) -> None:
    groups.add_group(e, "Kids")
    made, state = _newest(e), _state(e, tmp_path)
    undo(e, made)
    taken_back = _newest(e)
    assert undo(e, taken_back) == "Again: The group Kids is made."
    assert _state(e, tmp_path) == state
    # The first change holds again, and so may be undone once more.
    assert undo(e, made) == "Undone: The group Kids is made."
    with pytest.raises(EditError, match="undone already"):
        undo(e, made)


def test_the_undo_of_several_undone_says_that_all_of_them_hold_again(e: Engine, tmp_path: Path) -> None:
    made = []
    for name in ("Kids", "Guests", "Work"):
        groups.add_group(e, name)
        made.append(_newest(e))
    state = _state(e, tmp_path)
    assert undo_several(e, made) == "Undone: 3 changes, the newest of them: The group Work is made."
    taken_back = _newest(e)
    assert undo(e, taken_back) == "Again: 3 changes, the newest of them: The group Work is made."
    assert _state(e, tmp_path) == state
    assert undo(e, _newest(e)) == "Undone: 3 changes, the newest of them: The group Work is made."
    undo(e, _newest(e))
    assert _state(e, tmp_path) == state


def test_what_alters_nothing_is_no_change(e: Engine) -> None:
    edit.put_settings(e, {"log_keep_days": 7})
    count = len(changes(e))
    edit.put_settings(e, {"log_keep_days": 7})
    assert len(changes(e)) == count


def test_a_removed_group_comes_back_with_all_that_it_had(e: Engine, tmp_path: Path) -> None:
    number, device = groups.add_group(e, "Kids"), _device(tmp_path)
    list_id = lists.add_blocklist(e, "https://lists.example/a.txt")
    groups.set_groups(e, device, [number])
    edit.set_toggle(e, list_id, f"group:{number}", True)
    edit.add_rule(e, "block", "games.example", scope=f"group:{number}")
    before = _state(e, tmp_path)
    groups.remove_group(e, number)
    undo_last(e)
    assert _state(e, tmp_path) == before


def test_a_later_change_of_the_same_is_named(e: Engine, tmp_path: Path) -> None:
    number, device = groups.add_group(e, "Kids"), _device(tmp_path)
    made = _newest(e)
    groups.set_groups(e, device, [number])
    into = _newest(e)
    before = _state(e, tmp_path)
    with pytest.raises(InTheWay, match=rf"change {into} came after it .*192\.168\.1\.20 is in Kids") as refused:
        undo(e, made)
    assert refused.value.change == into
    assert _state(e, tmp_path) == before


def test_what_has_a_group_as_its_scope_is_in_the_way_too(e: Engine, tmp_path: Path) -> None:
    number = groups.add_group(e, "Kids")
    made = _newest(e)
    edit.add_rule(e, "block", "games.example", scope=f"group:{number}")
    with pytest.raises(InTheWay, match=r"games.example is blocked for Kids"):
        undo(e, made)


def test_both_together_are_one_change(e: Engine, tmp_path: Path) -> None:
    device, before = _device(tmp_path), _state(e, tmp_path)
    before = _state(e, tmp_path)
    number = groups.add_group(e, "Kids")
    made = _newest(e)
    groups.set_groups(e, device, [number])
    edit.add_rule(e, "block", "games.example", scope=f"group:{number}")
    state, count = _state(e, tmp_path), len(changes(e))
    undo(e, made, later=True)
    assert _state(e, tmp_path) == before
    assert len(changes(e)) == count + 1
    assert [view.undoable for view in changes(e)] == [True, False, False, False]
    undo(e, _newest(e))
    assert _state(e, tmp_path) == state


def test_a_later_change_of_something_else_is_not_in_the_way(e: Engine, tmp_path: Path) -> None:
    device = _device(tmp_path)
    device_edits.rename_device(e, device, "Telly")
    renamed = _newest(e)
    groups.set_groups(e, device, [groups.add_group(e, "Kids")])
    with closing(connect(tmp_path / "config.db")) as con:
        sightings_store.set_maker(con, device, "Maker")
        found_names.learn(con, device, NameSource.LEASE, "tv")
    undo(e, renamed)
    with closing(connect(tmp_path / "config.db")) as con:
        row = devices.devices(con)[0]
    assert (row.name, row.found_name, row.maker, row.groups) == (None, "tv", "Maker", (1,))


def test_a_name_that_is_taken_by_now_names_who_took_it(e: Engine) -> None:
    groups.remove_group(e, groups.add_group(e, "Kids"))
    removed = _newest(e)
    groups.add_group(e, "Grandparents")
    groups.add_group(e, "Kids")
    with pytest.raises(InTheWay):
        undo(e, removed)
    undo(e, removed, later=True)
    assert {group.name: group.id for group in groups.groups(e)} == {"Grandparents": 2, "Kids": 1}


def test_what_went_by_itself_is_told(e: Engine, tmp_path: Path) -> None:
    edit.add_rule(e, "block", "games.example")
    with closing(connect(tmp_path / "config.db")) as con:
        con.execute("DELETE FROM rule")
    with pytest.raises(EditError, match="not there any more as it left it"):
        undo(e, _newest(e))


def test_a_password_is_noted_and_never_kept(e: Engine, tmp_path: Path) -> None:
    from store.accounts import login_sessions
    from store.config import account

    account.set_password(e, "correct horse battery")
    token = account.create_token(e, "phone", "read")
    login_sessions.create_session(e, "192.168.1.2")
    account.revoke_token(e, "phone")
    views = changes(e)
    said = ["The token phone is revoked.", "The token phone is made.", "The password is set."]
    assert [view.what for view in views] == said
    assert all(not view.undoable and view.altered == 0 for view in views)
    with pytest.raises(EditError, match="not even its hash"):
        undo(e, views[-1].id)
    with closing(connect(tmp_path / "config.db")) as con:
        text = "".join(str(row) for table in ("change", "change_row") for row in con.execute(f"SELECT * FROM {table}"))
    assert token not in text and "scrypt" not in text


def test_the_last_of_a_person_steps_back_one_by_one(e: Engine, tmp_path: Path) -> None:
    before = _state(e, tmp_path)
    groups.add_group(e, "Kids")
    edit.add_rule(e, "allow", "school.example")
    with acting.as_(Acting(Origin.START, "the start")):
        edit.put_settings(e, {"log_keep_days": 9})
    assert undo_last(e) == "Undone: school.example is allowed for the whole house."
    assert undo_last(e) == "Undone: The group Kids is made."
    with pytest.raises(NotFound, match="no change to undo"):
        undo_last(e)
    assert newest_of_a_person(e) is None
    undo(e, next(view.id for view in changes(e) if view.origin == Origin.START))
    assert _state(e, tmp_path) == before


def test_no_change_of_that_number(e: Engine) -> None:
    for number in (7, 2**63 - 1):
        with pytest.raises(NotFound, match="kept for 90 days"):
            undo(e, number)
    with pytest.raises(EditError, match="number that large"):
        undo(e, 2**64)


def test_several_edits_are_one_change(e: Engine, tmp_path: Path) -> None:
    before = _state(e, tmp_path)
    with writing(e, "Kids with a rule."):
        number = groups.add_group(e, "Kids")
        edit.add_rule(e, "block", "games.example", scope=f"group:{number}")
        with pytest.raises(EditError):
            groups.add_group(e, "Kids")
    assert [view.what for view in changes(e)] == ["Kids with a rule."]
    undo_last(e)
    assert _state(e, tmp_path) == before


def test_a_group_of_edits_that_fails_alters_nothing(e: Engine, tmp_path: Path) -> None:
    before = _state(e, tmp_path)
    with pytest.raises(NotFound), writing(e, "Kids with a rule."):
        groups.set_groups(e, 99, [groups.add_group(e, "Kids")])
    assert _state(e, tmp_path) == before and changes(e) == []


def test_rows_that_swap_a_name_swap_it_back(e: Engine, tmp_path: Path) -> None:
    for name in ("Kids", "Guests"):
        groups.add_group(e, name)
    before = _state(e, tmp_path)
    with writing(e, "Swapped.") as session:
        for sql in ("'x' WHERE id = 1", "'Kids' WHERE id = 2", "'Guests' WHERE id = 1"):
            session.connection().exec_driver_sql(f'UPDATE "group" SET name = {sql}')
    undo_last(e)
    assert _state(e, tmp_path) == before


def test_what_others_write_is_no_change(e: Engine, tmp_path: Path) -> None:
    _device(tmp_path)
    assert changes(e) == []


def test_a_read_only_look_says_what_is_wrong(tmp_path: Path) -> None:
    open_config(tmp_path)
    with closing(sqlite3.connect(tmp_path / "config.db")) as con:
        con.execute("DROP TABLE change_row")
    with pytest.raises(EditError, match="could not be stored"):
        groups.add_group(edit.engine(tmp_path), "Kids")
    assert groups.groups(edit.engine(tmp_path)) == []


def test_a_device_that_was_forgotten_and_met_anew_comes_back(e: Engine, tmp_path: Path) -> None:
    with closing(connect(tmp_path / "config.db")) as con:
        first = sightings_store.sighted(con, "192.168.1.20", "aa:aa:aa:aa:aa:aa")
        device_edits.rename_device(e, first, "Telly")
        device_edits.forget_device(e, first)
        anew = sightings_store.sighted(con, "192.168.1.20", "aa:aa:aa:aa:aa:aa")
        sightings_store.sighted(con, "192.168.1.21", "aa:aa:aa:aa:aa:aa")
        assert anew != first
        undo_last(e)
        [row] = devices.devices(con)
        assert (row.id, row.name, set(row.addresses)) == (first, "Telly", {"192.168.1.20", "192.168.1.21"})
        undo(e, _newest(e))
        assert first not in {row.id for row in devices.devices(con)}


def test_an_address_that_went_to_another_device_since_stays_there(e: Engine, tmp_path: Path) -> None:
    with closing(connect(tmp_path / "config.db")) as con:
        first = sightings_store.sighted(con, "192.168.1.20", "aa:aa:aa:aa:aa:aa")
        sightings_store.sighted(con, "192.168.1.21", "aa:aa:aa:aa:aa:aa")
        second = sightings_store.sighted(con, "192.168.1.30", "bb:bb:bb:bb:bb:bb")
        device_edits.merge_devices(e, first, second)
        other = sightings_store.sighted(con, "192.168.1.21", "cc:cc:cc:cc:cc:cc")
        undo_last(e)
        at = {row.id: row.addresses for row in devices.devices(con)}
        assert at == {first: ("192.168.1.20",), second: ("192.168.1.30",), other: ("192.168.1.21",)}


def test_an_undo_leaves_no_records_that_cannot_stand_together(e: Engine) -> None:
    for kind, value, beside, why in (
        ("A", "192.168.1.9", ("nas.home.arpa", "c.home.arpa"), "stands alone"),
        ("CNAME", "b.home.arpa", ("b.home.arpa", "nas.home.arpa"), "circle"),
    ):
        record_edit.remove_record(e, record_edit.add_record(e, "nas.home.arpa", kind, value))
        removal = _newest(e)
        other = record_edit.add_record(e, beside[0], "CNAME", beside[1])
        with pytest.raises(EditError, match=why):
            undo(e, removal)
        assert [row.id for row in record_edit.records(e)] == [other]
        record_edit.remove_record(e, other)
        undo(e, removal)
        record_edit.remove_name(e, "nas.home.arpa")


def test_a_group_in_which_new_devices_land_is_not_dissolved(e: Engine) -> None:
    for by_name in (True, False):
        number = groups.add_group(e, "Guests")
        edit.put_settings(e, {"new_devices": "Guests" if by_name else str(number)})
        with pytest.raises(EditError, match="New devices land in “Guests”"):
            groups.remove_group(e, number)
        edit.put_settings(e, {"new_devices": None})
        groups.remove_group(e, number)


def test_an_address_that_a_later_change_moved_on_is_in_the_way(e: Engine, tmp_path: Path) -> None:
    """Without this, both undone one after the other leave it with a device that it never was with before."""
    for address in ("192.168.1.2", "192.168.1.12"):
        with closing(connect(tmp_path / "config.db")) as con:
            sightings_store.sighted(con, address, "aa:aa:aa:aa:aa:02")
    into, before = _device(tmp_path, "192.168.1.3"), _state(e, tmp_path)
    device_edits.merge_devices(e, into - 1, into)
    merged = _newest(e)
    device_edits.split_device(e, into, ["192.168.1.12"])
    with pytest.raises(InTheWay):
        undo(e, merged)
    undo(e, merged, later=True)
    assert _state(e, tmp_path) == before

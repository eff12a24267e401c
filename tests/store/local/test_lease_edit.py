# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.household import undo
from store.household.changes import changes
from store.local import lease_edit
from store.local.lease_edit import TakenLease
from store.local.static_leases import StaticLease

pytestmark = pytest.mark.database

FIRST, SECOND = "02:00:5e:00:00:11", "02:00:5e:00:00:22"


def test_leases_are_listed_by_address_and_removed_by_either(engine: Engine) -> None:
    lease_edit.add_static(engine, FIRST, "192.168.1.50", "nas")
    lease_edit.add_static(engine, SECOND, "192.168.1.6")
    assert [lease.address for lease in lease_edit.static(engine)] == ["192.168.1.6", "192.168.1.50"]
    lease_edit.remove_static(engine, FIRST.upper().replace(":", "-"))
    lease_edit.remove_static(engine, "192.168.1.6")
    assert lease_edit.static(engine) == ()
    with pytest.raises(NotFound, match="no static lease"):
        lease_edit.remove_static(engine, FIRST)


def test_a_mac_an_address_and_a_name_are_in_one_lease_each(engine: Engine) -> None:
    lease_edit.add_static(engine, FIRST, "192.168.1.50", "nas")
    others = ((FIRST, "192.168.1.51", ""), (SECOND, "192.168.1.50", ""), (SECOND, "192.168.1.51", "nas"))
    for mac, address, name in others:
        with pytest.raises(EditError, match="already"):
            lease_edit.add_static(engine, mac, address, name)


def test_one_is_changed_in_all_its_parts_and_taken_back(engine: Engine) -> None:
    lease_edit.add_static(engine, FIRST, "192.168.1.50", "nas")
    before = lease_edit.static(engine)
    made = lease_edit.change_static(engine, FIRST.upper(), SECOND, "192.168.1.51", "nas")
    assert lease_edit.static(engine) == (made,) == (StaticLease(SECOND, "192.168.1.51", "nas"),)
    lease_edit.change_static(engine, "192.168.1.51", SECOND, "192.168.1.51", "box")
    assert lease_edit.find_static(engine, SECOND).name == "box"
    for change in changes(engine)[:2]:
        undo.undo(engine, change.id)
    assert lease_edit.static(engine) == before


def test_a_change_takes_nothing_from_another(engine: Engine) -> None:
    lease_edit.add_static(engine, FIRST, "192.168.1.50", "nas")
    lease_edit.add_static(engine, SECOND, "192.168.1.51")
    for part, values in (
        ("mac", (FIRST, "192.168.1.51", "")), ("address", (SECOND, "192.168.1.50", "")),
        ("name", (SECOND, "192.168.1.51", "NAS")),
    ):  # fmt: skip
        with pytest.raises(TakenLease, match="already") as error:
            lease_edit.change_static(engine, SECOND, *values)
        assert error.value.part == part
    with pytest.raises(NotFound):
        lease_edit.change_static(engine, "192.168.1.99", SECOND, "192.168.1.99")

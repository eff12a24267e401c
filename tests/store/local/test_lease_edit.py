# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from sqlalchemy import Engine

from store.config.session import EditError, NotFound
from store.local import lease_edit

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

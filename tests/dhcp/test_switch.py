# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from dhcp import asking, dnsmasq_child, switch
from dhcp.lease_plan import AnotherServer, DhcpError, Uplink
from dhcp.switch import Home
from network import own_addresses
from store.base import db, status
from store.base.process_status import SupervisorStatus
from store.config import edit
from store.config.engine import Engine
from store.config.session import engine
from store.household import undo
from store.household.changes import changes

pytestmark = pytest.mark.database

LINKS = [{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.1.2", "prefixlen": 24}]}]
RANGE = {"dhcp_from": "192.168.1.100", "dhcp_to": "192.168.1.200"}
MAC = "02:00:5E:00:00:11"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(own_addresses, "links", lambda: LINKS)
    monkeypatch.setattr(switch, "uplink", lambda: Uplink("eth0", "192.168.1.1"))
    monkeypatch.setattr(dnsmasq_child, "program", lambda: "/usr/sbin/dnsmasq")
    monkeypatch.setattr(asking, "look", lambda run, interface: ())
    db.open_config(tmp_path / "state")
    return Home(tmp_path / "state", tmp_path, {})


@pytest.fixture
def e(home: Home) -> Engine:
    return engine(home.state)


def test_it_is_turned_on_and_off(home: Home, e: Engine) -> None:
    assert switch.turn_on(e, home, RANGE).size == 101
    assert (home.settings().dhcp, home.settings().dhcp_to) == ("on", "192.168.1.200")
    switch.turn_off(e)
    assert home.settings().dhcp == "off"


def test_it_is_refused_beside_another_unless_forced(home: Home, e: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.1",))
    with pytest.raises(AnotherServer, match=r"192\.168\.1\.1"):
        switch.turn_on(e, home, RANGE)
    assert home.settings().dhcp == "off" and home.settings().dhcp_from == ""
    switch.turn_on(e, home, RANGE, force=True)
    assert (home.settings().dhcp, home.settings().dhcp_beside_others) == ("on", "on")


def test_to_take_back_that_it_was_turned_off_looks_for_another_server_too(
    home: Home, e: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch.turn_on(e, home, RANGE)
    switch.put_settings(e, home, {"dhcp": "off", "dhcp_from": None, "dhcp_to": None})
    off = changes(e)[0].id
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.1",))
    with pytest.raises(AnotherServer, match=r"192\.168\.1\.1"):
        switch.undo(e, home, off)
    assert home.settings().dhcp == "off" and home.settings().dhcp_from == ""
    monkeypatch.setattr(asking, "look", lambda run, interface: ())
    switch.undo(e, home, off)
    assert (home.settings().dhcp, home.settings().dhcp_from) == ("on", RANGE["dhcp_from"])
    looked = list[str]()
    monkeypatch.setattr(asking, "look", lambda run, interface: looked.append(interface))
    edit.put_settings(e, {"log_keep_days": 9})
    switch.undo(e, home, changes(e)[0].id)
    assert looked == []


def test_nothing_is_stored_that_cannot_be_served(home: Home, e: Engine) -> None:
    with pytest.raises(DhcpError, match="no address of a device"):
        switch.turn_on(e, home, {**RANGE, "dhcp_to": "10.0.0.1"})
    switch.turn_on(e, home, RANGE)
    with pytest.raises(DhcpError, match="this machine"):
        switch.change(e, home, {"dhcp_from": "192.168.1.1"})
    switch.change(e, home, {"dhcp_lease_minutes": 60})
    assert (home.settings().dhcp_lease_minutes, home.settings().dhcp_from) == (60, "192.168.1.100")


def test_settings_that_turn_it_on_are_checked_as_the_switch_does(
    home: Home, e: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DhcpError, match="not chosen") as error:
        switch.put_settings(e, home, {"dhcp": "on", "log_keep_days": 9})
    assert error.value.about == "dhcp_from" and home.settings().log_keep_days != 9
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.1",))
    with pytest.raises(AnotherServer, match=r"192\.168\.1\.1"):
        switch.put_settings(e, home, {"dhcp": "on", **RANGE})
    assert home.settings().dhcp == "off" and home.settings().dhcp_from == ""
    switch.put_settings(e, home, {"dhcp": "on", "dhcp_beside_others": "on", "log_keep_days": 9, **RANGE})
    assert (home.settings().dhcp, home.settings().log_keep_days) == ("on", 9)
    with pytest.raises(DhcpError, match="no address of a device"):
        switch.put_settings(e, home, {"dhcp_from": "10.0.0.1"})
    switch.put_settings(e, home, {"dhcp": "off", "dhcp_from": None})
    assert (home.settings().dhcp, home.settings().dhcp_from) == ("off", "")


@pytest.mark.parametrize(
    ("values", "about"),
    [
        ({"dhcp_to": "10.0.0.1"}, "dhcp_to"), ({"dhcp_from": "192.168.1.255"}, "dhcp_from"),
        ({"dhcp_from": "192.168.1.201"}, "dhcp_to"), ({"dhcp_from": "192.168.1.1"}, "dhcp_from"),
        ({"dhcp_from": "192.168.1"}, "dhcp_from"), ({"dhcp_router": "10.0.0.1"}, "dhcp_router"),
        ({"dhcp_interface": "eth9"}, "dhcp_interface"), ({"dhcp_interface": "a b"}, "dhcp_interface"),
        ({"dhcp_lease_minutes": 0}, "dhcp_lease_minutes"), ({"dhcp_to": None}, "dhcp_to"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_setting(home: Home, e: Engine, values: dict[str, object], about: str) -> None:
    with pytest.raises(DhcpError) as error:
        switch.turn_on(e, home, {**RANGE, **values})
    assert error.value.about == about


def test_where_nobody_could_serve_it_it_is_not_turned_on_but_by_force(
    home: Home, e: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    status.publish(home.run, "supervisor", SupervisorStatus())
    with pytest.raises(DhcpError, match="NET_RAW"):
        switch.put_settings(e, home, {"dhcp": "on", **RANGE})
    status.publish(home.run, "supervisor", SupervisorStatus(may_serve_dhcp=True))
    monkeypatch.setattr(dnsmasq_child, "program", lambda: None)
    with pytest.raises(DhcpError, match="dnsmasq-base"):
        switch.turn_on(e, home, RANGE)
    switch.turn_on(e, home, RANGE, force=True)
    assert home.settings().dhcp == "on"


def test_static_leases_are_checked_kept_apart_and_undone(home: Home, e: Engine) -> None:
    switch.turn_on(e, home, RANGE)
    assert switch.add_static(e, home, MAC, "192.168.1.5", "NAS").name == "nas"
    with pytest.raises(DhcpError, match="own address"):
        switch.add_static(e, home, "02:00:5e:00:00:22", "192.168.1.2")
    assert switch.change_static(e, home, "192.168.1.5", MAC, "192.168.1.6").address == "192.168.1.6"
    with pytest.raises(DhcpError, match="no address of a device") as error:
        switch.change_static(e, home, MAC, MAC, "10.0.0.5")
    assert error.value.about == "address"
    for change in changes(e)[:2]:
        undo.undo(e, change.id)
    assert switch.planned(e, home).static == ()


def test_static_leases_are_checked_before_a_range_is_chosen(home: Home, e: Engine) -> None:
    for address, says in (("10.0.0.5", "no address of a device"), ("192.168.1.1", "own address")):
        with pytest.raises(DhcpError, match=says):
            switch.add_static(e, home, MAC, address)
    assert switch.add_static(e, home, MAC, "192.168.1.5").address == "192.168.1.5"


def test_leases_are_those_that_hold(home: Home) -> None:
    (home.state / "dhcp.leases").write_text(
        "2000 02:00:5e:00:00:11 192.168.1.101 phone *\n900 02:00:5e:00:00:22 192.168.1.100 old *\n"
        "0 02:00:5e:00:00:33 192.168.1.20 * *\nduid 00:01\n2000 1 fd77::1 six 00:01\n"
    )
    assert [(lease.address, lease.name) for lease in switch.leases(home.state, 1000.0)] == [
        ("192.168.1.20", None), ("192.168.1.101", "phone"),
    ]  # fmt: skip
    assert switch.leases(home.run, 1000.0) == []

# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that leases and hosts files tell, and which of them are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_network import NO_FILES, Net
from refused_threads import refused_threads
from waiting import HANG_SECONDS, until

from resolver.recorder import name_lookup
from resolver.recorder.discovery import Discovery
from store.base import db
from store.config import devices
from store.config.devices import DeviceRow

pytestmark = pytest.mark.database

PHONE, TV = "ac:bb:cc:00:00:01", "ac:bb:cc:00:00:02"


@pytest.fixture
def leases(tmp_path: Path) -> Path:
    return tmp_path / "dnsmasq.leases"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Net:
    return Net(monkeypatch)


@pytest.fixture
def home(
    state: Path, leases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Net
) -> Iterator[Callable[[], Discovery]]:
    monkeypatch.setattr(name_lookup, "FILES_SECONDS", 0.01)
    made: list[Discovery] = []

    def begin() -> Discovery:
        files = (str(leases), str(tmp_path / "hosts"))
        made.append(Discovery(state, lambda: replace(NO_FILES, lease_files=files)))
        return made[-1]

    yield begin
    for each in made:
        each.close()
        each.join(HANG_SECONDS)


def ask(home: Discovery, *addresses: str) -> None:
    home.see(addresses)
    home.look_again()


def by_address(state: Path) -> dict[str, DeviceRow]:
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        return {address: row for row in devices.devices(con) for address in row.addresses}


def test_a_lease_tells_whose_an_address_is_and_what_it_is_called(
    home: Callable[[], Discovery], leases: Path, state: Path
) -> None:
    leases.write_text(f"0 {PHONE} 10.0.0.2 phone *\n0 {PHONE} 10.0.0.3 phone *\n100 {TV} 10.0.0.4 tv *\n")
    ask(found := home(), "10.0.0.2", "10.0.0.3", "10.0.0.4")
    until(lambda: by_address(state)["10.0.0.2"].found_name)
    rows = by_address(state)
    phone = rows["10.0.0.2"]
    assert phone == rows["10.0.0.3"] and (phone.found_name, phone.name_from) == ("phone", "lease")
    assert (phone.mac, phone.clients[0].how) == (PHONE, "lease")
    assert rows["10.0.0.4"].mac is None, "its lease has ended"
    leases.write_text(f"0 {TV} 10.0.0.2 tv *\n0 {PHONE} 10.0.0.3 phone2 *\n")
    until(lambda: found.look_again() or by_address(state)["10.0.0.2"].found_name == "tv")
    until(lambda: by_address(state)["10.0.0.3"].found_name == "phone2")
    assert by_address(state)["10.0.0.3"].id == phone.id != by_address(state)["10.0.0.2"].id


def test_a_hosts_file_names_devices_too(home: Callable[[], Discovery], tmp_path: Path, state: Path) -> None:
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n10.0.0.2 nas.lan nas\n")
    ask(home(), "10.0.0.2", "127.0.0.1")
    until(lambda: by_address(state)["10.0.0.2"].found_name)
    assert (by_address(state)["10.0.0.2"].found_name, by_address(state)["10.0.0.2"].name_from) == ("nas", "hosts")
    assert by_address(state)["127.0.0.1"].found_name is None


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\x1b[31mred", "a" * 300, "telltale", "wpad", "-"])
def test_a_hostile_name_is_none(home: Callable[[], Discovery], leases: Path, state: Path, name: str) -> None:
    leases.write_text(f"0 {PHONE} 10.0.0.2 {name} *\n0 {TV} 10.0.0.3 tv *\n")
    ask(home(), "10.0.0.2", "10.0.0.3")
    until(lambda: by_address(state)["10.0.0.3"].found_name)
    assert by_address(state)["10.0.0.2"].found_name is None


def test_who_took_an_address_is_not_called_by_the_lease_of_another(
    home: Callable[[], Discovery], leases: Path, state: Path, network: Net
) -> None:
    leases.write_text(f"0 {PHONE} 10.0.0.2 phone *\n0 {TV} 10.0.0.3 tv *\n")
    network.macs = {"10.0.0.2": TV, "10.0.0.3": TV}
    ask(home(), "10.0.0.2", "10.0.0.3")
    until(lambda: by_address(state)["10.0.0.3"].found_name)
    row = by_address(state)["10.0.0.2"]
    assert (row.found_name, row.mac, len(row.clients)) == ("tv", TV, 2)


def test_where_no_thread_is_allowed_names_wait_and_all_else_goes_on(
    home: Callable[[], Discovery], state: Path, network: Net
) -> None:
    network.names["192.168.1.7"] = "phone"
    with refused_threads():
        discovery = home()
        ask(discovery, "192.168.1.7")
        assert by_address(state)["192.168.1.7"].found_name is None
    discovery.look_again()
    until(lambda: by_address(state)["192.168.1.7"].found_name == "phone")

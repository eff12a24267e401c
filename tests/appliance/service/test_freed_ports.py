# SPDX-License-Identifier: GPL-3.0-or-later
"""Who holds a port that the service wants; the stub of systemd-resolved."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from ports import free_port

from appliance.errors import Complaint
from appliance.process.port_owner import Holder
from appliance.service import freed_ports
from appliance.service.machine import Machine

pytestmark = pytest.mark.process


def test_another_program_is_found_and_the_service_itself_is_nobody_else(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind(("127.0.0.1", free_port()))
        sock.listen()
        address = f"127.0.0.1:{sock.getsockname()[1]}"
        [holder] = freed_ports.holders([address], free_port())
        assert str(holder.port) in address
    (tmp_path / "7").mkdir()
    (tmp_path / "7/cgroup").write_text("0::/system.slice/telltale.service\n")
    assert freed_ports.is_ours(Holder("0.0.0.0", 53, 7, "telltale"), tmp_path)
    assert not freed_ports.is_ours(Holder("0.0.0.0", 53, 8, "telltale"), tmp_path)


def test_networkmanager_s_dnsmasq_has_a_cure_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freed_ports, "_is_networkmanagers", lambda pid: True)
    with pytest.raises(Complaint, match="restart NetworkManager"):
        freed_ports.refuse([Holder("127.0.0.1", 53, 9, "dnsmasq")])
    freed_ports.refuse([Holder("127.0.0.53", 53, None, None)])


@pytest.mark.parametrize(
    ("before", "changed"),
    [("nameserver 127.0.0.53\n", True), ("nameserver 192.168.1.1\nnameserver 127.0.0.53\n", False), ("", False)],
)
def test_a_written_resolv_conf_is_put_back_word_for_word(tmp_path: Path, before: str, changed: bool) -> None:
    machine = Machine(tmp_path, live=False)
    machine.write("/etc/resolv.conf", before)
    content, is_link = freed_ports.free_stub(machine)
    assert (content, is_link) == ((before if changed else ""), False)
    assert machine.at("/etc/resolv.conf").is_symlink() == changed
    assert freed_ports.give_back_stub(machine, content, is_link)
    assert machine.read("/etc/resolv.conf") == before and not machine.at("/etc/resolv.conf").is_symlink()
    assert not freed_ports.give_back_stub(machine, content, is_link)


def test_what_somebody_changed_since_stays(tmp_path: Path) -> None:
    machine = Machine(tmp_path, live=False)
    machine.link("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
    content, is_link = freed_ports.free_stub(machine)
    machine.remove("/etc/resolv.conf")
    machine.write("/etc/resolv.conf", "nameserver 9.9.9.9\n")
    freed_ports.give_back_stub(machine, content, is_link)
    assert machine.read("/etc/resolv.conf") == "nameserver 9.9.9.9\n"

# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that the service wants and somebody else holds: systemd-resolved's stub gives way, others are named."""

from __future__ import annotations

import os
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

from appliance.errors import Complaint
from appliance.process import port_owner
from appliance.process.port_owner import PROC, Holder
from appliance.service.install_choices import RESOLV_CONF, SERVICE, STUB
from appliance.service.machine import Machine
from store.base.sentences import say
from store.config.endpoints import parse_endpoint

STUB_TEXT = """\
# Written by `telltale install`, which needs port 53; `telltale uninstall` takes it away.
[Resolve]
DNSStubListener=no
"""
UPLINK = "/run/systemd/resolve/resolv.conf"
OTHER_WEB = "8053"


def holders(endpoints: Iterable[str], port: int, proc: Path = PROC) -> list[Holder]:
    """Who else holds one of these; the service itself is nobody else."""
    by_words: dict[str, Holder] = {}
    for text in endpoints:
        address, wanted = parse_endpoint(text, port)
        for kind in ("udp", "tcp") if port == 53 else ("tcp",):
            holder = port_owner.find(address, wanted, kind, proc)
            if holder and not is_ours(holder, proc):
                by_words.setdefault(holder.described, holder)
    return list(by_words.values())


def is_ours(holder: Holder, proc: Path = PROC) -> bool:
    """Whether it is the service, which an upgrade starts anew."""
    try:
        return holder.pid is not None and SERVICE in (proc / str(holder.pid) / "cgroup").read_text()
    except OSError:
        return False


def refuse(holders: Iterable[Holder]) -> None:
    """Raise Complaint for the first that does not give way by itself."""
    for holder in holders:
        if not holder.is_stub:
            who = say("{holder} holds the port that Telltale needs", holder=holder.described)
            raise Complaint(say("{who}: {cure}.", who=who, cure=_cure(holder)))


def _cure(holder: Holder) -> str:
    if holder.command == "dnsmasq" and _is_networkmanagers(holder.pid):
        command = (
            "printf '[main]\\ndns=default\\n' | sudo tee /etc/NetworkManager/conf.d/telltale.conf && "
            "sudo systemctl restart NetworkManager"
        )
        return say("NetworkManager has started it; have it stop with `{command}`", command=command)
    if not ip_address(holder.address).is_unspecified and not ip_address(holder.address).is_loopback:
        return say(
            "it serves {address} alone (a virtual network, perhaps), so give Telltale the home's address and no other, "
            "such as `--dns 192.168.1.2:53`; or {cure}",
            address=holder.address, cure=holder.cure,
        )  # fmt: skip
    return holder.cure


def _is_networkmanagers(pid: int | None, proc: Path = PROC) -> bool:
    try:
        return "NetworkManager" in (proc / str(pid) / "cmdline").read_text(errors="replace")
    except OSError:
        return False


def free_stub(machine: Machine) -> tuple[str, bool]:
    """Have systemd-resolved give up port 53, and this machine ask the network's servers itself meanwhile.

    What lay at /etc/resolv.conf, and whether it was a link; ("", False) where it may stay.
    """
    before = ("", False)
    if _asks_stub(machine):
        there = machine.at(RESOLV_CONF)
        is_link = there.is_symlink()
        before = (os.fspath(there.readlink()) if is_link else machine.read(RESOLV_CONF) or "", is_link)
        machine.link(RESOLV_CONF, f"..{UPLINK}")
    if machine.write(STUB, STUB_TEXT):
        machine.on_back(lambda: machine.live and machine.ask(["systemctl", "restart", "systemd-resolved"]))
        machine.systemctl("restart", "systemd-resolved")
    return before


def give_back_stub(machine: Machine, resolv_conf: str, is_link: bool) -> bool:
    """Put back what `free_stub` changed; False: there was nothing."""
    if not machine.remove(STUB):
        return False
    if resolv_conf and machine.at(RESOLV_CONF).is_symlink() and _points_to_uplink(machine):
        if is_link:
            machine.link(RESOLV_CONF, resolv_conf)
        elif machine.remove(RESOLV_CONF) and not machine.dry:
            machine.write(RESOLV_CONF, resolv_conf)
    machine.systemctl("restart", "systemd-resolved")
    return True


def _asks_stub(machine: Machine) -> bool:
    """Whether this machine's own look-ups go to the stub, and to nobody else."""
    there = machine.at(RESOLV_CONF)
    if there.is_symlink() and "stub-resolv.conf" in os.fspath(there.readlink()):
        return True
    servers = [line.split()[1] for line in (machine.read(RESOLV_CONF) or "").splitlines()
               if line.startswith("nameserver") and len(line.split()) > 1]  # fmt: skip
    return bool(servers) and set(servers) <= port_owner.STUB_ADDRESSES


def _points_to_uplink(machine: Machine) -> bool:
    return os.fspath(machine.at(RESOLV_CONF).readlink()).endswith("systemd/resolve/resolv.conf")

# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP of the whole appliance in network namespaces: a rival, then leases, names, devices, and IPv6."""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dhcp_client
import pytest
from namespaces import Namespace, making, require
from seen_processes import is_alive
from waiting import until

from store.base import db
from wire import stub

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(not shutil.which("dnsmasq", path=f"{os.environ['PATH']}:/usr/sbin"), reason="needs dnsmasq"),
]
HERE = Path(__file__).parents[2]
PHONE, PRINTER = "02:00:5e:00:00:11", "02:00:5e:00:00:22"


@dataclass
class Street:
    box: Namespace
    phone: Namespace
    rival: Namespace
    state: Path
    run: Path

    def telltale(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ("env", f"TELLTALE_RUN={self.run}", sys.executable, "-m", "appliance", *words)
        return self.box.run(*command, "--state", str(self.state), check=False, cwd=HERE)

    def status(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.run / "dhcp.json").read_text()))
        except (OSError, ValueError):
            return {}

    def serve_beside(self) -> subprocess.Popen[bytes]:
        """Another DHCP server."""
        return self.rival.start(
            "dnsmasq", "-k", "--port=0", "--conf-file=/dev/null", "--user=", "--group=", "--pid-file", "--no-ping",
            f"--dhcp-leasefile={self.run}/rival", "--dhcp-range=192.168.77.240,192.168.77.250,10m",
            "--interface=eth0", stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, name: str) -> list[bytes]:
        with self.phone.inside():
            response = stub.ask(name, ("192.168.77.2", 53), timeout=1.0)
        return list(response.addresses) if response is not None else []


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    require()
    folder = tmp_path_factory.mktemp("dhcp")
    with making() as make:
        box, phone, rival, bridge = make("box"), make("phone"), make("rival"), make("bridge")
        bridge.ip("link add name hub type bridge", "link set hub up")
        for number, space in enumerate((box, phone, rival)):
            bridge.ip(f"link add name p{number} type veth peer name eth0 netns {space.name}",
                      f"link set p{number} master hub", f"link set p{number} up")  # fmt: skip
        phone.ip(f"link set eth0 address {PHONE}")
        for space in (box, phone, rival):
            space.ip("link set eth0 up")
        box.ip("address add 192.168.77.2/24 dev eth0", "address add fd77::2/64 dev eth0 nodad",
               "route add default via 192.168.77.1")  # fmt: skip
        rival.ip("address add 192.168.77.9/24 dev eth0")
        state, run = folder / "state", folder / "run"
        db.open_config(state)
        run.mkdir()
        with (folder / "log").open("wb") as log:
            box.start(
                sys.executable, "-m", "appliance", "run", "--state", str(state), "--dns", "0.0.0.0:53", "--web",
                "127.0.0.1:8053", "--upstream", "192.168.77.1", "--no-update", "--workers", "1",
                env={**os.environ, "TELLTALE_RUN": str(run)}, cwd=HERE, stdout=log, stderr=log,
            )  # fmt: skip
        made = Street(box, phone, rival, state, run)
        until(lambda: (run / "supervisor.json").exists())
        yield made


@pytest.fixture(scope="module")
def serving(street: Street) -> Street:
    """The switch is refused while there is another server, with its address; then it is gone, and DHCP is on."""
    other = street.serve_beside()
    until(lambda: street.telltale("dhcp", "check").returncode == 1)
    words = ("dhcp", "on", "--from", "192.168.77.100", "--to", "192.168.77.110", "--ipv6")
    done = street.telltale(*words)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert "192.168.77.9" in done.stderr and "Another DHCP server answers" in done.stderr
    assert json.loads(street.telltale("dhcp", "--json").stdout)["state"] == "off"
    other.kill()
    other.wait()
    assert street.telltale("dhcp", "static", PRINTER, "192.168.77.50", "printer").returncode == 0
    done = street.telltale(*words)
    assert done.returncode == 0, done.stderr
    until(lambda: street.status().get("state") == "serving")
    return street


def test_a_client_gets_its_lease_its_name_resolves_and_its_device_has_it(serving: Street) -> None:
    given = dhcp_client.lease(serving.phone, PHONE, "kids-phone")
    assert 100 <= int(given.address.rpartition(".")[2]) <= 110
    assert (given.server, given.router, given.dns) == ("192.168.77.2", "192.168.77.1", "192.168.77.2")
    assert given.domain == "home.arpa"
    serving.phone.ip(f"address add {given.address}/24 dev eth0")
    until(lambda: serving.ask("kids-phone.home.arpa") == [socket.inet_aton(given.address)])

    def devices() -> list[tuple[str, ...]]:
        with closing(db.connect(serving.state / "config.db", read_only=True)) as con:
            rows = con.execute(
                "SELECT d.found_name, d.found_from, m.mac FROM client c JOIN device d ON d.id = c.device_id "
                "JOIN device_mac m ON m.device_id = d.id WHERE c.address = ?", (given.address,)
            ).fetchall()  # fmt: skip
        return [tuple(row) for row in rows]

    until(lambda: devices() == [("kids-phone", "lease", PHONE)])
    printed = json.loads(serving.telltale("dhcp", "leases", "--json").stdout)
    assert [(lease["address"], lease["mac"], lease["name"]) for lease in printed["leases"]] == [
        (given.address, PHONE, "kids-phone")
    ]


def test_a_static_lease_is_given_to_its_device_and_a_killed_server_comes_back_with_all_leases(serving: Street) -> None:
    first = dhcp_client.lease(serving.phone, PRINTER, "whatever")
    assert first.address == "192.168.77.50"
    before = serving.status()["server_pid"]
    leases = (serving.state / "dhcp.leases").read_text().splitlines()
    os.kill(before, signal.SIGKILL)
    until(lambda: serving.status()["state"] == "serving" and serving.status()["server_pid"] not in (0, before))
    assert dhcp_client.lease(serving.phone, PRINTER, "whatever") == first
    kept = [line.split()[1:4] for line in (serving.state / "dhcp.leases").read_text().splitlines()]
    assert all(line.split()[1:4] in kept for line in leases if not line.startswith("duid"))
    assert [PRINTER, "192.168.77.50", "printer"] in kept
    for name in ("dhcp.conf", "dhcp.leases"):
        assert (serving.state / name).stat().st_mode & 0o077 == 0


def test_the_server_holds_three_powers_and_no_more(serving: Street) -> None:
    pid = serving.status()["server_pid"]
    words = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
    three = 1 << 10 | 1 << 12 | 1 << 13
    assert {key: int(words[key], 16) & ~three for key in ("CapPrm", "CapEff", "CapBnd")} == {
        "CapPrm": 0, "CapEff": 0, "CapBnd": 0,
    }  # fmt: skip
    assert words["NoNewPrivs"] == "1"


def test_another_server_that_appears_is_told_of(serving: Street) -> None:
    other = serving.serve_beside()
    until(lambda: serving.telltale("dhcp", "check").returncode == 1)
    assert serving.status()["state"] == "serving" and serving.status()["others"] == ["192.168.77.9"]
    assert "192.168.77.9" in serving.telltale("dhcp").stdout
    other.kill()
    other.wait()


def test_devices_hear_of_our_dns_over_ipv6_and_take_us_for_no_router(serving: Street) -> None:
    if not Path("/proc/net/if_inet6").exists():
        pytest.skip("the kernel has no IPv6")
    with serving.phone.inside():
        sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        index = socket.if_nametoindex("eth0")
    heard: list[bytes] = []

    def advertised() -> bool:
        sock.sendto(b"\x85" + bytes(7), ("ff02::2", 0, 0, index))
        try:
            while not heard:
                packet = sock.recv(2048)
                heard.extend([packet] if packet[0] == 134 else [])
        except TimeoutError:
            return False
        return True

    with sock:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        sock.settimeout(1.0)
        until(advertised)
    packet, servers, at = heard[0], list[str](), 16
    assert struct.unpack("!H", packet[6:8]) == (0,)  # the lifetime of a router
    while at + 2 <= len(packet) and packet[at + 1]:
        if packet[at] == 25:
            servers.append(socket.inet_ntop(socket.AF_INET6, packet[at + 8 : at + 24]))
        at += packet[at + 1] * 8
    own = json.loads(serving.box.run("ip", "-j", "-6", "address", "show", "dev", "eth0").stdout)
    assert servers == [info["local"] for info in own[0]["addr_info"] if info["scope"] == "link"]


def test_a_killed_keeper_comes_back_with_its_powers_and_takes_the_server_along(serving: Street) -> None:
    keeper, server = serving.status()["pid"], serving.status()["server_pid"]
    os.kill(keeper, signal.SIGKILL)
    until(lambda: serving.status()["pid"] != keeper and serving.status()["state"] == "serving")
    assert serving.status()["server_pid"] != server
    until(lambda: not is_alive(server))
    assert dhcp_client.lease(serving.phone, PRINTER, "whatever").address == "192.168.77.50"


def test_off_ends_the_server_and_in_the_end_its_keeper(serving: Street) -> None:
    keeper, server = serving.status()["pid"], serving.status()["server_pid"]
    assert serving.telltale("dhcp", "off").returncode == 0
    until(lambda: not is_alive(server) and serving.status()["state"] == "off")
    until(lambda: not is_alive(keeper))
    assert serving.telltale("dhcp").stdout == "DHCP is off.\n"


def test_who_keeps_the_powers_sleeps_then_and_a_question_wakes_it(serving: Street) -> None:
    children = json.loads((serving.run / "supervisor.json").read_text())["children"]
    pid = next(child["pid"] for child in children if child["role"] == "keepalive")
    assert serving.telltale("dhcp", "off").returncode == 0
    until(lambda: Path(f"/proc/{pid}/exe").samefile("/bin/sh"))
    done = serving.telltale("dhcp", "check")
    assert done.returncode == 0, done.stderr
    assert serving.status()["asked"], "the keeper answered it, and no other"
    assert not Path(f"/proc/{pid}/exe").samefile("/bin/sh")


def test_what_lost_its_powers_says_so_and_is_not_turned_on(serving: Street) -> None:
    """A keepalive that was killed is started again by who has none to give."""

    def keepalive() -> int:
        children = json.loads((serving.run / "supervisor.json").read_text())["children"]
        return int(next(child["pid"] for child in children if child["role"] == "keepalive") or 0)

    first = keepalive()
    os.kill(first, signal.SIGKILL)
    until(lambda: keepalive() not in (0, first))
    done = serving.telltale("dhcp", "on")
    assert done.returncode == 1 and "lost the capabilities" in done.stderr
    (serving.state / "telltale.toml").write_text('dhcp = "on"\n')
    until(lambda: "lost the capabilities" in serving.telltale("health").stdout)

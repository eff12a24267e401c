# SPDX-License-Identifier: GPL-3.0-or-later
"""A home in namespaces: a router with DHCP by dnsmasq, three devices with an IPv4 and two IPv6 addresses each.

    phone, tv, laptop ── bridge of the router (DHCP, Telltale) ── inner router (dnsmasq) ── tablet
"""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import dhcp_client
import pytest
from dnslib import DNSRecord
from namespaces import Namespace, making, require
from waiting import HANG_SECONDS, until

from store.base import db
from store.config import devices, edit
from store.config.devices import DeviceRow
from store.household import groups

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(not shutil.which("dnsmasq"), reason="needs dnsmasq"),
]
HERE = Path(__file__).parents[3]
SERVER4, SERVER6 = "192.168.77.1", "fd77::1"
# Name → (MAC address, part of its maker): the last one is made up.
DEVICES = {
    "phone": ("b8:27:eb:00:00:01", "Raspberry"), "tv": ("00:00:f0:00:00:02", "Samsung"),
    "laptop": ("02:00:00:00:00:03", None),
}  # fmt: skip
TABLET = "b8:27:eb:00:00:04"
PORTS = {"add-mac": 5301, "add-mac=text": 5302, "add-mac=base64": 5303}


@dataclass
class Home:
    state: Path
    router: Namespace
    spaces: dict[str, Namespace]
    addresses: dict[str, list[str]] = field(default_factory=dict)

    def ask(
        self, who: str, source: str, name: str = "x.example", server: str = "", port: int = 53,
        seconds: float = HANG_SECONDS,
    ) -> list[str]:  # fmt: skip
        """What a device gets for a name, asked from one of its addresses; nothing where that is no address.

        `seconds`: few where it is asked again and again, since nobody may be there yet.
        """
        v6 = ":" in source
        family = socket.AF_INET6 if v6 else socket.AF_INET
        with self.spaces[who].socket(family, socket.SOCK_DGRAM) as sock:
            sock.settimeout(seconds)
            sock.bind((source, 0))
            sock.sendto(DNSRecord.question(name).pack(), (server or (SERVER6 if v6 else SERVER4), port))
            try:
                return [str(record.rdata) for record in DNSRecord.parse(sock.recv(2048)).rr]
            except TimeoutError:
                return []

    def blocked(self, who: str, source: str, name: str) -> bool:
        return self.ask(who, source, name) == ["0.0.0.0"]

    def rows(self) -> dict[str, DeviceRow]:
        """Devices by what they are called; a look in the middle of a commit of others is taken again."""
        try:
            return self._rows()
        except sqlite3.OperationalError:
            return self.rows()

    def _rows(self) -> dict[str, DeviceRow]:
        with closing(db.connect(self.state / "config.db")) as con:
            return {devices.display_name(row): row for row in devices.devices(con)}

    def asked(self, name: str) -> list[tuple[str, int | None]]:
        """(client, device) of each query for a name in the log, in their order."""
        with closing(sqlite3.connect(self.state / "querylog.db")) as con:
            sql = "SELECT client, device_id FROM queries WHERE name = ? ORDER BY time"
            return [(client, device) for client, device in con.execute(sql, (name,))]


def start_telltale(router: Namespace, state: Path, run: Path) -> None:
    environ = {**os.environ, "TELLTALE_STATE": str(state), "TELLTALE_RUN": str(run)}
    router.start(
        sys.executable, "-m", "appliance", "run", "--dns", f"{SERVER4}:53", "--dns", f"[{SERVER6}]:53",
        "--web", "127.0.0.1:8053", "--upstream", "127.0.0.9", "--no-update",
        env=environ, cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    require()
    folder = tmp_path_factory.mktemp("dhcp")
    state, leases = folder / "state", folder / "dnsmasq.leases"
    (folder / "run").mkdir()
    db.open_config(state)
    engine = edit.engine(state)
    edit.put_settings(engine, {
        "lease_files": [str(leases)], "log_commit_seconds": 0.1, "trusted_routers": ["192.168.77.2"],
    })  # fmt: skip
    for name in ("kids", "screens"):
        edit.add_rule(engine, "block", f"{name}.example", scope=f"group:{groups.add_group(engine, name)}")
    with making() as make:
        router = make("router")
        router.ip("link add name lan type bridge mcast_snooping 0", "link set lan up",
                  f"address add {SERVER4}/24 dev lan", f"address add {SERVER6}/64 dev lan nodad")  # fmt: skip
        spaces = {name: make(name) for name in (*DEVICES, "inner", "tablet")}
        for name, space in spaces.items():
            upper = spaces["inner"] if name == "tablet" else router
            upper.ip(f"link add name {name} type veth peer name eth0 netns {space.name}", f"link set {name} up")
            if upper is router:
                router.ip(f"link set {name} master lan")
        router.start("dnsmasq", "--keep-in-foreground", "--port=0", "--interface=lan", "--bind-interfaces",
                     "--conf-file", "--dhcp-range=192.168.77.100,192.168.77.150,1h", f"--dhcp-leasefile={leases}",
                     "--user=root", f"--dhcp-option=6,{SERVER4}",
                     "--dhcp-authoritative", "--no-ping", stderr=subprocess.DEVNULL)  # fmt: skip
        start_telltale(router, state, folder / "run")
        made = Home(state, router, spaces)
        for number, (name, (mac, _)) in enumerate(DEVICES.items(), 1):
            spaces[name].ip(f"link set eth0 address {mac}", "link set eth0 up")
            until(lambda name=name: "LOWER_UP" in spaces[name].run("ip", "link", "show", "eth0").stdout)
            got = dhcp_client.lease(spaces[name], mac, name).address
            made.addresses[name] = [got, f"fd77::{number}:1", f"fd77::{number}:2"]
            spaces[name].ip(f"address add {got}/24 dev eth0",
                            *(f"address add {at}/64 dev eth0 nodad" for at in made.addresses[name][1:]))  # fmt: skip
        until(lambda: made.ask("phone", made.addresses["phone"][0], "telltale", seconds=1.0))
        yield made


@pytest.fixture
def known(home: Home) -> Home:
    """All have asked from all their addresses, and go by their names."""
    for name, addresses in home.addresses.items():
        for address in addresses:
            home.ask(name, address)
    until(lambda: DEVICES.keys() <= home.rows().keys())
    until(lambda: all(set(at) <= set(home.rows()[name].addresses) for name, at in home.addresses.items()))
    return home


def test_each_appears_once_with_its_name_and_maker_and_where_both_are_from(known: Home) -> None:
    until(lambda: all(known.rows()[name].maker for name, (_, maker) in DEVICES.items() if maker))
    rows = known.rows()
    assert set(rows) == set(DEVICES)
    for name, (mac, maker) in DEVICES.items():
        row = rows[name]
        assert (row.name_from, row.mac, row.private_mac) == ("lease", mac, maker is None)
        assert (maker or "") in str(row.maker or "")
        assert {client.how for client in row.clients} == {"mac"}


def test_a_group_s_verdict_holds_on_all_its_addresses_and_on_new_ones(known: Home) -> None:
    rows, engine = known.rows(), edit.engine(known.state)
    for name, group in (("phone", 1), ("tv", 2)):
        groups.set_groups(engine, rows[name].id, [group])
    for address in known.addresses["phone"]:
        until(lambda address=address: known.blocked("phone", address, "kids.example"))
        assert not known.blocked("phone", address, "screens.example")
    for address in known.addresses["tv"]:
        until(lambda address=address: known.blocked("tv", address, "screens.example"))
    assert not known.blocked("laptop", known.addresses["laptop"][0], "kids.example")
    known.spaces["phone"].ip("address add fd77::1:99/64 dev eth0 nodad")
    until(lambda: known.blocked("phone", "fd77::1:99", "kids.example"))
    assert known.rows()["phone"].id == rows["phone"].id and len(known.rows()) == len(rows)


def test_the_privacy_addresses_of_a_day_stay_one_device(known: Home) -> None:
    before = set(known.rows())
    addresses = [f"fd77::2:{number:x}" for number in range(0x100, 0x132)]
    known.spaces["tv"].ip(*(f"address add {address}/64 dev eth0 nodad" for address in addresses))
    for address in addresses:
        known.ask("tv", address)
    until(lambda: set(addresses) <= set(known.rows()["tv"].addresses))
    assert set(known.rows()) == before


def test_an_address_handed_to_another_device_changes_hands_with_its_first_query(known: Home) -> None:
    handed, rows = known.addresses["laptop"].pop(0), known.rows()
    known.ask("laptop", handed, "before.example")
    until(lambda: known.asked("before.example"))  # a worker sends what it noted every tenth of a second
    known.spaces["laptop"].ip(f"address del {handed}/24 dev eth0")
    known.spaces["tv"].ip(f"address add {handed}/24 dev eth0", "neigh flush dev eth0")
    known.ask("tv", handed, "after.example")
    until(lambda: known.asked("after.example"))
    assert known.asked("before.example")[-1] == (handed, rows["laptop"].id)
    assert known.asked("after.example")[0] == (handed, rows["tv"].id)
    until(lambda: handed in known.rows()["tv"].addresses)
    assert handed not in known.rows()["laptop"].addresses


def test_the_first_query_on_an_address_that_was_handed_on_has_the_verdict_of_its_device(known: Home) -> None:
    """The phone's is under rules that the TV is not, and the other way round; neither waits for config.db."""
    rows, engine = known.rows(), edit.engine(known.state)
    for name, group in (("phone", 1), ("tv", 2)):
        groups.set_groups(engine, rows[name].id, [group])
    handed = known.addresses["phone"].pop(0)
    until(lambda: known.blocked("phone", handed, "kids.example"))
    until(lambda: known.blocked("tv", known.addresses["tv"][1], "screens.example"))
    known.spaces["phone"].ip(f"address del {handed}/24 dev eth0")
    known.spaces["tv"].ip(f"address add {handed}/24 dev eth0", "neigh flush dev eth0")
    assert known.blocked("tv", handed, "screens.example")
    assert not known.blocked("tv", handed, "kids.example")


@pytest.fixture(scope="module")
def inner(home: Home) -> None:
    """The router in between, with dnsmasq in each of its ways to tell for whom it asks."""
    space, tablet = home.spaces["inner"], home.spaces["tablet"]
    space.ip("link set eth0 up", "address add 192.168.77.2/24 dev eth0", "address add 192.168.88.1/24 dev tablet")
    tablet.ip(f"link set eth0 address {TABLET}", "link set eth0 up", "address add 192.168.88.20/24 dev eth0")
    for form, port in PORTS.items():
        space.start("dnsmasq", "--keep-in-foreground", f"--port={port}", "--no-resolv", "--no-hosts", "--conf-file",
                    f"--server={SERVER4}", f"--{form}", "--add-subnet=32,128", "--user=root", "--cache-size=0",
                    "--pid-file", stderr=subprocess.DEVNULL)  # fmt: skip


@pytest.mark.parametrize("form", PORTS)
def test_what_dnsmasq_tells_of_those_behind_it_is_their_own(known: Home, inner: None, form: str) -> None:
    name = f"{form.replace('=', '-')}.example"
    until(lambda: known.ask("tablet", "192.168.88.20", "telltale", "192.168.88.1", PORTS[form], seconds=1.0))
    known.ask("tablet", "192.168.88.20", name, "192.168.88.1", PORTS[form])
    until(lambda: known.asked(name))
    ((client, device_id),) = set(known.asked(name))
    with closing(db.connect(known.state / "config.db")) as con:
        (row,) = devices.devices(con, device_id)
    assert (client, row.mac, row.clients[0].how) == ("192.168.88.20", TABLET, "edns")
    assert "192.168.77.2" not in row.addresses

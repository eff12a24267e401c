# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole appliance on a gateway, the wall enforced, and a phone that does not keep to it."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from namespaces import Home, sent_again
from waiting import HANG_SECONDS, until

from store.base import db
from store.config import edit
from store.wall import bypass, wall_edit
from wire import stub

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(not shutil.which("dig"), reason="needs dig"),
]
HERE = Path(__file__).parents[2]


@dataclass
class Appliance:
    """`telltale run` in the gateway."""

    home: Any
    state: Path
    run: Path
    process: subprocess.Popen[bytes] | None = None
    rules: list[str] = field(default_factory=lambda: ["blocked.example"])
    dns: tuple[str, ...] = ("0.0.0.0:53", "[::]:53")

    def start(self) -> None:
        environ = {**os.environ, "TELLTALE_STATE": str(self.state), "TELLTALE_RUN": str(self.run)}
        self.process = self.home.gateway.start(
            sys.executable, "-m", "appliance", "run", *(part for address in self.dns for part in ("--dns", address)),
            "--web", "127.0.0.1:8053", "--upstream", "203.0.113.2", "--no-update",
            env=environ, cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self, signum: int = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(signum)
        self.process.wait(HANG_SECONDS)

    def said(self, role: str) -> dict[str, Any]:
        path = self.run / f"{role}.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def stands(self) -> bool:
        assert self.process is not None
        mine = self.said("supervisor").get("pid") == self.process.pid
        standing = mine and self.said("firewall").get("standing")
        return bool(standing and self.home.ask("192.168.77.1", "telltale", seconds=2))


@pytest.fixture
def appliance(home: Home, tmp_path: Path) -> Iterator[Appliance]:
    state, run = tmp_path / "state", tmp_path / "run"
    db.open_config(state)
    run.mkdir()
    edit.add_rule(edit.engine(state), "block", "blocked.example")
    chosen = {"wall": "enforce", "wall_raw": "enforce", "allowed_networks": ["2001:db8:77::/64"], "workers": 2}
    edit.put_settings(edit.engine(state), chosen)
    one = Appliance(home, state, run)
    one.start()
    yield one
    if one.process is not None and one.process.poll() is None:
        one.stop()


def test_a_phone_behind_the_wall(appliance: Appliance) -> None:
    home = appliance.home
    until(appliance.stands)
    # What it asks elsewhere is answered here, and dig takes no answer from another address than it asked.
    for server in ("8.8.8.8", "2001:4860:4860::8888"):
        assert home.ask(server, "www.blocked.example") == ["0.0.0.0"]
        assert home.ask(server, "www.blocked.example", "AAAA") == ["::"]
        assert home.ask(server, "www.good.example") == ["198.51.100.5"]
        assert home.ask(server, "www.good.example", "A", "+tcp") == ["198.51.100.5"]
    assert not any(" 53 8.8.8.8 " in line or " 53 2001:4860" in line for line in home.reached())
    assert home.connect("8.8.8.8", 853) == "refused"
    assert home.connect("8.8.8.8", 443, "udp") == "refused"
    # The address that was answered is open, at once, and so for the device's other address; others are not.
    assert home.connect("198.51.100.5", 443) == "open"
    assert home.connect("198.51.100.6", 443) == "refused late"
    assert home.ask("192.168.77.1", "www.good.example", "AAAA") == ["2001:db8:5::5"]
    assert home.connect("2001:db8:5::5", 443) == "open"


@pytest.mark.parametrize(
    ("dns", "answered"),
    [
        (("192.168.77.1:53", "[2001:db8:77::1]:53"), ("8.8.8.8", "2001:4860:4860::8888")),
        (("192.168.77.1:5300",), ("8.8.8.8",)),
    ],
)
def test_port_53_comes_to_the_address_of_the_lan_that_alone_answers(
    appliance: Appliance, dns: tuple[str, ...], answered: tuple[str, ...]
) -> None:
    """A gateway that answers DNS on its side of the home alone, which is the safer way."""
    home = appliance.home
    appliance.stop()
    appliance.dns = dns
    appliance.start()
    assert appliance.process is not None
    process = appliance.process

    def stands() -> bool:
        said = appliance.said("firewall")
        return appliance.said("supervisor").get("pid") == process.pid and bool(said.get("redirects_at", {}).get("4"))

    until(stands)
    for server in answered:
        until(lambda server=server: home.ask(server, "www.blocked.example") == ["0.0.0.0"])
        assert home.ask(server, "www.good.example", "A", "+tcp") == ["198.51.100.5"]
    assert not any(" 53 8.8.8.8 " in line or " 53 2001:4860" in line for line in home.reached())
    said = appliance.said("firewall")
    assert said["redirects_at"]["4"] == "192.168.77.1" and said["switches"]["port53"] == "enforce"
    assert "port53" not in said["lowered"]


def test_names_of_encrypted_dns_are_blocked_where_it_is_refused(
    appliance: Appliance
) -> None:
    home, engine = appliance.home, edit.engine(appliance.state)
    until(appliance.stands)
    here = "192.168.77.1"
    edit.put_settings(engine, {"log_commit_seconds": 1})
    assert home.ask(here, "dns.google") == ["0.0.0.0"]
    assert home.ask(here, "abc.dns.nextdns.io", "AAAA") == ["::"]
    assert home.ask(here, "resolver.msg.xiaomi.net") == ["0.0.0.0"]
    for canary in ("use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com"):
        assert home.ask(here, canary) == []
    until(lambda: devices_of(appliance) == ["192.168.77.10"])
    wall_edit.put_switches(engine, "device:1", {"doh": "watch"})
    until(lambda: home.ask(here, "dns.google") == ["198.51.100.5"])
    assert home.ask(here, "resolver.msg.xiaomi.net") == ["0.0.0.0"]
    wall_edit.put_switches(engine, "device:1", {"doh": None})
    until(lambda: home.ask(here, "dns.google") == ["0.0.0.0"])
    edit.put_settings(engine, {"wall": "watch"})
    until(lambda: home.ask(here, "dns.google") == ["198.51.100.5"])

    def logged() -> list[tuple[str, str | None]]:
        with closing(db.connect(appliance.state / "querylog.db", read_only=True)) as con:
            rows = con.execute("SELECT DISTINCT verdict, list_title FROM queries WHERE name = 'dns.google' ORDER BY 1")
            return [tuple(row) for row in rows]

    until(lambda: ("BLOCK", "The wall: encrypted DNS") in logged())


def devices_of(appliance: Appliance) -> list[str]:
    with closing(db.connect(appliance.state / "config.db", read_only=True)) as con:
        return [row[0] for row in con.execute("SELECT address FROM client WHERE device_id = 1")]


def test_the_first_connection_after_an_answer_is_not_held_up(appliance: Appliance) -> None:
    """The word to the wall goes out before the answer does."""
    until(appliance.stands)
    phone = appliance.home.phone
    with (
        phone.socket(socket.AF_INET, socket.SOCK_DGRAM) as dns,
        phone.socket(socket.AF_INET, socket.SOCK_STREAM) as connection,
    ):
        for sock in (dns, connection):
            sock.settimeout(HANG_SECONDS)
        dns.connect(("192.168.77.1", 53))
        dns.send(stub.build("new.example"))
        address = socket.inet_ntoa(dns.recv(512)[-4:])
        connection.connect((address, 443))
        assert sent_again(connection) <= 1, "a repetition may happen on a busy machine, a refusal may not"


def test_answers_outlive_every_process(appliance: Appliance) -> None:
    home = appliance.home
    until(appliance.stands)
    assert home.ask("192.168.77.1", "www.good.example") == ["198.51.100.5"]
    assert home.connect("198.51.100.5", 443) == "open"
    appliance.stop(signal.SIGKILL)
    assert home.connect("198.51.100.5", 443) == "open"
    appliance.start()
    until(appliance.stands)
    assert home.connect("198.51.100.5", 443) == "open"
    assert home.connect("198.51.100.6", 443) == "refused late"
    appliance.stop()
    appliance.start()
    until(appliance.stands)
    assert home.connect("198.51.100.5", 443) == "open"


def test_the_firewall_process_comes_again_with_its_power(appliance: Appliance) -> None:
    until(appliance.stands)
    first = appliance.said("firewall")["pid"]
    os.kill(first, signal.SIGKILL)
    until(lambda: appliance.said("firewall").get("pid") != first and appliance.stands())
    assert appliance.said("firewall")["error"] == ""
    assert appliance.home.connect("8.8.8.8", 853) == "refused"

    def row() -> bool:
        con = bypass.open_reader(appliance.state)
        if con is None:
            return False
        try:
            with closing(con):
                return any(one.kind == "dot" and one.refused for one in bypass.rows(con, 0, 2**40))
        except sqlite3.Error:
            return False

    until(row)


def test_while_the_wall_is_off_who_keeps_its_power_sleeps_and_an_edit_wakes_it(appliance: Appliance) -> None:
    engine = edit.engine(appliance.state)
    until(appliance.stands)
    children = {child["role"]: child for child in appliance.said("supervisor")["children"]}
    pid = children["keepalive"]["pid"]
    edit.put_settings(engine, {"wall": "off"})
    until(lambda: Path(f"/proc/{pid}/exe").samefile("/bin/sh"))
    assert not (appliance.run / "wall").exists() and appliance.home.connect("8.8.8.8", 853) != "refused"
    edit.put_settings(engine, {"wall": "enforce"})
    until(lambda: appliance.home.connect("8.8.8.8", 853) == "refused")
    until(lambda: appliance.said("firewall").get("error") == "" and appliance.stands())
    children = {child["role"]: child for child in appliance.said("supervisor")["children"]}
    assert children["keepalive"]["pid"] == pid and not children["keepalive"]["restarts_last_minute"]

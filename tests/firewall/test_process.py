# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall process beside real traffic: every kind of bypass becomes a row, and a good client none."""

import contextlib
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from clock import Clock
from namespaces import Home
from waiting import HANG_SECONDS, until

from firewall import doh_addresses
from firewall.process import AGAIN_SECONDS, BLIND_SECONDS, LOOK_SECONDS, Firewall
from network import local_network
from store.base import db
from store.config import edit
from store.devices import sightings_store
from store.wall import answer_codec, bypass
from store.wall.bypass import BypassRow

pytestmark = pytest.mark.netns


@dataclass
class Running:
    """The process in the gateway, and what it says and writes."""

    home: Any
    state: Path
    run: Path
    worker: socket.socket
    process: subprocess.Popen[bytes] | None = None
    read_end: socket.socket | None = None

    def start(self) -> None:
        assert self.read_end is not None
        number = self.read_end.fileno()
        command = [sys.executable, "-m", "firewall.process", "--state", str(self.state), "--run", str(self.run)]
        self.process = self.home.gateway.start(
            *command, "--answers", str(number), pass_fds=[number], cwd=Path(__file__).parents[2]
        )

    def tell(self, client: str, address: str, ttl: int = 60) -> None:
        packed = answer_codec.packed
        self.worker.send(answer_codec.pack([(packed(client), packed(address), ttl)]))

    def said(self) -> dict[str, Any]:
        path = self.run / "firewall.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def rows(self) -> list[BypassRow]:
        with contextlib.suppress(sqlite3.Error):
            con = bypass.open_reader(self.state)
            if con is not None:
                with contextlib.closing(con):
                    return bypass.rows(con, 0, 2**40)
        return []

    def kinds(self) -> set[str]:
        return {row.kind for row in self.rows()}


@pytest.fixture
def firewall(home: Home, tmp_path: Path) -> Iterator[Running]:
    state, run = tmp_path / "state", tmp_path / "run"
    db.open_config(state)
    run.mkdir()
    write_end, read_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with write_end, read_end:
        yield Running(home, state, run, write_end, read_end=read_end)


def choose(running: Running, **values: Any) -> None:
    edit.put_settings(edit.engine(running.state), values)


def stands(running: Running, mode: str, wait: Callable[..., None]) -> None:
    wait(lambda: running.said().get("mode") == mode and running.said().get("standing"))


def test_every_kind_becomes_a_row_of_its_own(firewall: Running) -> None:
    with contextlib.closing(db.connect(firewall.state / "config.db")) as con:
        number = sightings_store.sighted(con, "192.168.77.10")
    choose(firewall, wall="watch")
    firewall.start()
    stands(firewall, "watch", until)
    connect = firewall.home.connect
    assert connect("8.8.8.8", 53, "udp") == "open"
    assert connect("8.8.8.8", 853) == "open"
    assert connect("8.8.8.8", 853, "udp") == "open"
    assert connect("8.8.8.8", 443) == "open"
    assert connect("8.8.8.8", 8443) == "open"
    assert connect("110.43.0.83", 80) == "open"
    assert connect("198.51.100.6", 443) == "open"
    until(lambda: firewall.kinds() >= {"port53", "dot", "doq", "doh", "resolver", "httpdns", "raw"})
    found = {row.kind: row for row in firewall.rows()}
    assert {row.device_id for row in found.values()} == {number}
    assert {row.count for row in found.values()} == {1}
    assert not any(row.refused for row in found.values())
    assert (found["httpdns"].company, found["httpdns"].address, found["httpdns"].port) == ("Xiaomi", "110.43.0.83", 80)
    assert (found["doh"].company, found["raw"].company) == ("Google", None)


def test_an_address_that_was_found_by_its_name_has_the_company_of_the_name(
    firewall: Running
) -> None:
    (firewall.state / doh_addresses.FILE_NAME).write_text(json.dumps([["198.41.0.4", "Quad9", int(time.time())]]))
    choose(firewall, wall="watch")
    firewall.start()
    stands(firewall, "watch", until)
    assert firewall.home.connect("198.41.0.4", 443) == "open"
    until(lambda: "doh" in firewall.kinds())
    assert [(row.kind, row.company) for row in firewall.rows()] == [("doh", "Quad9")]


def test_a_switch_acts_while_it_runs_and_off_leaves_nothing(firewall: Running) -> None:
    firewall.start()
    until(lambda: firewall.said().get("mode") == "off")
    assert firewall.home.gateway.ruleset() == ""
    choose(firewall, wall="enforce")
    stands(firewall, "enforce", until)
    assert firewall.home.connect("8.8.8.8", 853) == "refused"
    until(lambda: [row.refused for row in firewall.rows()] == [True])
    choose(firewall, wall="off")
    until(lambda: firewall.home.gateway.ruleset() == "")
    assert firewall.home.connect("8.8.8.8", 853) == "open"


def test_a_table_that_somebody_takes_down_is_up_again_soon(firewall: Running) -> None:
    """As a service of nftables does that is started anew, or whoever flushes the ruleset; its sets and counters go."""
    choose(firewall, wall="enforce")
    firewall.start()
    stands(firewall, "enforce", until)
    firewall.home.gateway.run("nft", "flush", "ruleset")
    until(lambda: firewall.home.connect("8.8.8.8", 853) == "refused")


def test_no_answer_no_connection_also_across_a_kill(firewall: Running) -> None:
    choose(firewall, wall="enforce", wall_raw="enforce", wall_answer_seconds=600)
    firewall.start()
    stands(firewall, "enforce", until)
    assert firewall.home.connect("198.51.100.5", 443) == "refused late"
    firewall.tell("192.168.77.10", "198.51.100.5", ttl=2)
    until(lambda: firewall.said().get("answers"))
    assert firewall.home.connect("198.51.100.5", 443) == "open"
    assert firewall.process is not None
    before = firewall.process.pid
    firewall.process.kill()
    firewall.process.wait()
    assert firewall.home.connect("198.51.100.5", 443) == "open", "the table stands without its process"
    assert firewall.home.connect("198.51.100.6", 443) == "refused late"
    firewall.start()
    until(lambda: firewall.said().get("pid") not in (None, before))
    until(lambda: firewall.said().get("answers"))
    assert firewall.home.connect("198.51.100.5", 443) == "open"
    # Asked over IPv4, connected over IPv6: the device is known by its MAC.
    assert firewall.home.connect("2001:db8:5::5", 443) == "refused late"
    firewall.tell("192.168.77.10", "2001:db8:5::5")
    until(lambda: firewall.said()["answers"] >= 3)
    assert firewall.home.connect("2001:db8:5::5", 443) == "open"
    until(lambda: {row.address for row in firewall.rows() if row.kind == "raw"} >= {"198.51.100.5", "2001:db8:5::5"})
    assert firewall.process is not None
    firewall.process.send_signal(signal.SIGTERM)
    assert firewall.process.wait(HANG_SECONDS) == 0
    assert "table inet telltale" in firewall.home.gateway.ruleset()


def test_it_looks_soon_at_what_changed_and_seldom_else(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.open_config(tmp_path / "state")
    with home.gateway.inside():
        firewall = Firewall(tmp_path / "state", tmp_path, {}, [])
    clock, looks, serves = Clock(monkeypatch), list[float](), [False]
    monkeypatch.setattr(firewall._reconciler, "reconcile", lambda *_: looks.append(clock.now))
    monkeypatch.setattr(local_network, "serves_time", lambda: serves[0])

    def looked(seconds: int) -> int:
        looks.clear()
        for _ in range(seconds):
            clock.now += 1.0
            firewall._do_what_is_due()
        return len(looks)

    assert looked(1) == 1 and looked(3 * int(LOOK_SECONDS)) == 3
    home.gateway.run("ip", "address", "add", "10.9.0.1/24", "dev", "lan")
    assert looked(int(AGAIN_SECONDS) + 2) == 1
    (tmp_path / "state/telltale.toml").write_text('wall = "watch"\n')
    assert looked(2) == 1 and looked(int(BLIND_SECONDS)) == 0
    serves[0] = True
    assert looked(int(BLIND_SECONDS) + 1) == 1 and looked(int(BLIND_SECONDS) + 1) == 0
    firewall._reconciler.error = "nft is missing"
    firewall._look_within(0.0)
    assert looked(2 * int(BLIND_SECONDS)) >= 2, "it is tried again"
    firewall._listener.start()
    firewall._listener.stop()
    firewall._watcher.close()
    firewall._links.close()
    firewall._events.close()


GOOD = """
import socket, sys
for number in range(int(sys.argv[1])):
    with socket.create_connection(("198.51.100.5", 443), 120) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0\\0\\0\\0\\0")
print("done")
"""


@pytest.mark.slow
def test_a_good_client_raises_no_row(firewall: Running) -> None:
    choose(firewall, wall="watch")
    firewall.start()
    stands(firewall, "watch", until)
    # The first connection is quicker than the word of its answer, though by no more than a moment.
    assert firewall.home.connect("198.51.100.5", 443) == "open"
    firewall.tell("192.168.77.10", "198.51.100.5", ttl=3600)
    assert firewall.home.phone.run(sys.executable, "-c", GOOD, "1999").stdout == "done\n"
    assert firewall.home.connect("198.51.100.6", 443) == "open"
    until(lambda: firewall.kinds())
    assert [row.address for row in firewall.rows()] == ["198.51.100.6"]


def test_messages_that_are_none_do_no_harm(firewall: Running) -> None:
    choose(firewall, wall="watch")
    firewall.start()
    stands(firewall, "watch", until)
    firewall.worker.send(b"nonsense")
    firewall.tell("192.168.77.10", "198.51.100.5")
    until(lambda: firewall.said().get("answers"))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices in namespaces announce themselves; what is heard is written, and no flood gets further than its bounds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from announced import mdns as packet
from made_network import NO_FILES
from namespaces import Namespace, making, require
from waiting import HANG_SECONDS, until

from network import mdns, multicast
from resolver.recorder import announced_facts, announcements
from resolver.recorder.announcement_book import Heard
from resolver.recorder.announcements import Announcements
from store.base import db
from store.config import devices
from store.config.choices import NameSource
from store.config.devices import DeviceRow
from store.config.settings import Settings
from store.devices import sightings_store

TV, OTHER = "192.168.78.2", "192.168.78.3"


@pytest.fixture(scope="module")
def link() -> Iterator[tuple[Namespace, Namespace]]:
    """The appliance (192.168.78.1) and a device with two addresses, joined."""
    require()
    with making() as make:
        here, there = make("appliance"), make("devices")
        here.ip(f"link add name eth0 type veth peer name eth0 netns {there.name}",
                "address add 192.168.78.1/24 dev eth0", "link set eth0 up")  # fmt: skip
        there.ip(f"address add {TV}/24 dev eth0", f"address add {OTHER}/24 dev eth0", "link set eth0 up",
                 "route add 224.0.0.0/4 dev eth0", "route add 239.0.0.0/8 dev eth0")  # fmt: skip
        until(lambda: "state UP" in here.run("ip", "link", "show", "eth0").stdout)
        yield here, there


@pytest.fixture
def begin(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Announcements]]:
    monkeypatch.setattr(multicast, "interfaces", lambda: [each for each in socket.if_nameindex() if each[1] != "lo"])
    monkeypatch.setattr(announcements, "ASK_SECONDS", (0.1,))
    monkeypatch.setattr(announcements, "REST_SECONDS", 0.01)
    monkeypatch.setattr(announcements, "STORE_SECONDS", 0.01)
    with closing(db.connect(state / "config.db")) as con:
        for address in (TV, OTHER):
            sightings_store.sighted(con, address)
    made: list[Announcements] = []

    def start(settings: Settings = NO_FILES) -> Announcements:
        made.append(Announcements(state / "config.db", lambda: settings, lambda address: address in (TV, OTHER)))
        return made[-1]

    yield start
    for each in made:
        each.close()
        each.join(HANG_SECONDS)


def device(state: Path, address: str) -> DeviceRow:
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        return next(row for row in devices.devices(con) if address in row.addresses)


@pytest.mark.netns
@pytest.mark.process
def test_a_device_gets_its_name_and_its_kind_from_what_it_announces(
    link: tuple[Namespace, Namespace], state: Path, begin: Callable[..., Announcements]
) -> None:
    here, there = link
    paths = os.pathsep.join([str(Path("tests/fixtures").resolve()), str(Path().resolve())])
    responder = there.start(
        sys.executable, "tests/fixtures/announcing_device.py", TV, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    assert responder.stdout and responder.stdout.readline() == b"ready\n"
    with here.inside():
        heard = begin()
    until(lambda: device(state, TV).name_from is NameSource.MDNS)
    assert device(state, TV).found_name == "Living Room"
    until(lambda: (what := heard.book.of(TV)) and what.ssdp_name == "FRITZ!Box 7590")
    until(lambda: device(state, TV).maker == "AVM Berlin")
    row = device(state, TV)
    assert row.found_kind == "tv" and row.kind_reason == "model:chromecast"
    assert not heard.asks(NameSource.MDNS, TV) and heard.asks(NameSource.MDNS, OTHER) and heard.asks(NameSource.PTR, TV)
    assert device(state, OTHER).found_name is None, "nobody announced it"
    there.end()


@pytest.mark.netns
def test_who_announces_anothers_address_gives_it_no_name_and_a_flood_stays_bounded(
    link: tuple[Namespace, Namespace], state: Path, begin: Callable[..., Announcements], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = link
    written: list[Mapping[str, Heard]] = []
    store = announced_facts.store

    def counted(config: Path, heard: Mapping[str, Heard], own_name: str = "") -> None:
        written.append(heard)
        store(config, heard, own_name)

    monkeypatch.setattr(announced_facts, "store", counted)
    with here.inside():
        heard = begin()
    until(lambda: heard._mdns is not None)
    with there.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((OTHER, 0))
        sock.sendto(packet(TV, "Annas-Laptop", {"_smb._tcp": "Anna's laptop"}), (mdns.GROUP, mdns.PORT))
        for number in range(10_000):
            sock.sendto(packet(OTHER, f"host-{number}"), (mdns.GROUP, mdns.PORT))
        until(lambda: device(state, OTHER).found_name is not None)

        def is_last() -> bool:
            sock.sendto(packet(OTHER, "x", {"_rfb._tcp": "Last"}), (mdns.GROUP, mdns.PORT))
            return (what := heard.book.of(OTHER)) is not None and what.mdns_name == "Last"

        until(is_last)
    assert heard.book.of(TV) is None and device(state, TV).found_name is None
    assert len(written) <= announcements.SAME_MAX, "a card is not worn out"
    assert len(heard.book.hosts(OTHER)) <= mdns.HOSTS_MAX


@pytest.mark.netns
def test_nothing_is_heard_or_asked_when_both_are_off_or_only_this_machine_is_answered(
    link: tuple[Namespace, Namespace], begin: Callable[..., Announcements]
) -> None:
    here, _ = link
    for settings in (
        replace(NO_FILES, discover_mdns="off", discover_ssdp="off"),
        replace(NO_FILES, dns=("127.0.0.1:53", "[::1]:53")),
    ):
        with here.inside():
            silent = begin(settings)
        until(lambda of=silent: of._asked)  # type: ignore[misc]
        assert silent._mdns is None and silent._ssdp is None
        assert silent.asks(NameSource.MDNS, TV) is (settings.discover_mdns == "on")


class Flooded:
    """A socket at which there is always one packet more; to read one takes a second of a core."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        monkeypatch.setattr(announcements.time, "thread_time", lambda: self.seconds)

    def receive(self) -> tuple[bytes, str]:
        self.seconds += 1.0
        return b"slow to read", OTHER


def test_packets_made_to_be_slow_to_read_get_a_small_share_of_a_core(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Announcements(state / "config.db", lambda: replace(NO_FILES, dns=("127.0.0.1:53",)), lambda _: True)
    heard.close()
    heard.join(HANG_SECONDS)
    flooded, waits = Flooded(monkeypatch), list[float]()
    heard._mdns = (flooded, flooded)  # type: ignore[assignment]
    monkeypatch.setattr(heard, "_look", lambda: None)
    monkeypatch.setattr(announcements.select, "select", lambda *_: ([flooded], [], []))
    monkeypatch.setattr(heard._closing, "wait", waits.append)
    heard._turn()
    assert flooded.seconds == 2.0, "one packet of each socket, and its time is over"
    assert waits == [flooded.seconds / announcements.SHARE]

# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker seats an address anew as soon as the kernel has another MAC address for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from network.neighbour_events import Neighbour, NeighbourTable
from resolver import neighbour_watch
from resolver.answer import snapshot
from resolver.answer.judge import judge
from resolver.answer.snapshot import Snapshot
from resolver.neighbour_watch import NeighbourWatch
from store.base import db
from store.config import edit
from store.devices import sightings_store
from store.log.records import Verdict

pytestmark = pytest.mark.database

TABLET, TV, GUEST = "ac:bb:cc:00:00:01", "ac:bb:cc:00:00:02", "ac:bb:cc:00:00:03"
HANDED, OTHER = "192.168.1.7", "192.168.1.8"


class Table(NeighbourTable):
    """The kernel says what `tell` is given."""

    def _open(self) -> None:
        self.news: list[Neighbour] = []

    def read(self) -> list[Neighbour]:
        news, self.news = self.news, []
        return [each for each in news if self._take(each)]


class Watched:
    """A snapshot of a home with a tablet, whose names are blocked, and a TV; and the watch of a worker."""

    def __init__(self, state: Path, loop: asyncio.AbstractEventLoop) -> None:
        engine = edit.engine(state)
        with closing(db.connect(state / "config.db")) as con:
            tablet = sightings_store.sighted(con, HANDED, TABLET)
            sightings_store.sighted(con, OTHER, TV)
        edit.add_rule(engine, "block", "game.example", scope=f"device:{tablet}")
        self.resolver: Any = SimpleNamespace(snapshot=snapshot.build(state, {}))
        self.watch = NeighbourWatch(loop, self.resolver)

    @property
    def now(self) -> Snapshot:
        return self.resolver.snapshot  # type: ignore[no-any-return]

    def tell(self, address: str, mac: str | None) -> None:
        self.watch._table.news.append(Neighbour(ip_address(address), mac))  # type: ignore[attr-defined]
        self.watch.on_readable()

    def is_tablet(self, address: str) -> bool:
        """Whether an address that asks is answered as the tablet is."""
        packed = ip_address(address).packed
        _, seat = self.now.by_address.get(packed) or self.now.meet(packed, address)
        return judge("game.example", seat.rules, seat.index, seat.mask).verdict is Verdict.BLOCK


@pytest.fixture
def watched(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(neighbour_watch, "NeighbourTable", Table)
    loop = asyncio.new_event_loop()
    made = Watched(state, loop)
    yield made
    made.watch.close()
    loop.close()


def test_an_address_changes_hands_with_its_first_query(watched: Watched) -> None:
    watched.tell(HANDED, TABLET)
    assert watched.is_tablet(HANDED) and not watched.is_tablet(OTHER)
    watched.tell(HANDED, TV)
    assert not watched.now.by_address.keys() & {ip_address(HANDED).packed}
    assert ip_address(OTHER).packed in watched.now.by_address
    assert not watched.is_tablet(HANDED)
    watched.tell(OTHER, TABLET)
    assert watched.is_tablet(OTHER)
    watched.tell(HANDED, GUEST)
    assert not watched.is_tablet(HANDED)
    watched.tell(HANDED, TABLET)
    assert watched.is_tablet(HANDED)


def test_another_address_of_a_device_has_its_verdict_with_its_first_query(watched: Watched) -> None:
    watched.tell("fd00::7:1", TABLET)
    assert watched.is_tablet("fd00::7:1")
    assert not watched.is_tablet("fd00::7:2")


def test_a_link_local_address_changes_hands_on_whatever_interface_and_over_tcp(watched: Watched) -> None:
    """UDP knows it with its interface's number behind it, as bytes; others as text, with its number or its name."""
    address, other = ip_address("fe80::7:1").packed, ip_address("fe80::7:2").packed
    now = watched.now
    now.meet(address + (3).to_bytes(4, "little"), "fe80::7:1%3")
    now.meet(other + (3).to_bytes(4, "little"), "fe80::7:2%3")
    now.admit("fe80::7:1%eth0")
    watched.tell("fe80::7:1", TABLET)
    assert list(now.by_client) == ["fe80::7:2%3"] and list(now.by_address) == [other + (3).to_bytes(4, "little")]
    _, seat = now.meet(address + (3).to_bytes(4, "little"), "fe80::7:1%3")
    assert judge("game.example", seat.rules, seat.index, seat.mask).verdict is Verdict.BLOCK


def test_it_stays_so_in_the_next_snapshot_and_ends_when_the_kernel_no_longer_knows(
    watched: Watched, state: Path
) -> None:
    watched.tell(HANDED, TV)
    watched.resolver.snapshot = snapshot.build(state, {}, watched.now)
    assert not watched.is_tablet(HANDED), "the recorder has not written it yet"
    watched.tell(HANDED, None)
    watched.resolver.snapshot = snapshot.build(state, {}, watched.now)
    assert watched.is_tablet(HANDED)


def test_a_worker_lives_where_the_kernel_tells_nothing(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NeighbourTable, "_open", lambda self: None)
    loop = asyncio.new_event_loop()
    watch = NeighbourWatch(loop, SimpleNamespace(snapshot=snapshot.build(state, {})))  # type: ignore[arg-type]
    watch.on_readable()
    watch.close()
    loop.close()

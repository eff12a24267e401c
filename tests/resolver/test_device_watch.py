# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of devices follow config.db without a new policy version."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import pytest

from resolver import device_watch
from resolver.answer import snapshot
from resolver.device_watch import REST_SECONDS, SERVED_SECONDS, DeviceWatch
from store.base import db
from store.certificates.designated_resolver import NOBODY, Designated
from store.devices import sightings_store

pytestmark = pytest.mark.database


def found_as(con: sqlite3.Connection, device_id: int, name: str | None) -> None:
    """Let the network call a device so, whoever bears the name."""
    con.execute("UPDATE device SET found_name = ?, found_from = 'lease' WHERE id = ?", (name, device_id))


class Clock:
    now = 100.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(device_watch, "monotonic", lambda: clock.now)
    return clock


def met(state: Path, address: str, name: str) -> None:
    with closing(db.connect(state / "config.db")) as con:
        found_as(con, sightings_store.sighted(con, address), name)


def test_who_comes_is_known_once_something_was_committed_and_not_more_often_than_is_cheap(
    state: Path, clock: Clock
) -> None:
    now, watch = snapshot.build(state, {}), DeviceWatch(state, state)

    def look(changed: bool) -> set[str]:
        asyncio.run(watch.look(changed, now))
        return set(now.home.devices.addresses)

    met(state, "192.168.1.7", "tv")
    assert look(False) == set()
    assert look(True) == {"tv"}
    met(state, "192.168.1.8", "nas")
    assert look(True) == {"tv"}, "too soon"
    clock.now += REST_SECONDS
    assert look(False) == {"tv", "nas"}, "what was put off is not forgotten"
    assert now.home.devices.labels[ip_address("192.168.1.8").packed] == "nas"


def test_what_is_told_of_encrypted_dns_follows_what_is_served(
    state: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, watch = snapshot.build(state, {}), DeviceWatch(state, state)
    told = [Designated("telltale.home.arpa", ("1 telltale.home.arpa alpn=dot port=853",)), NOBODY]
    monkeypatch.setattr(device_watch, "_designated", lambda run: told[0])
    asyncio.run(watch.look(False, now))
    assert now.home.designated == told[0]
    assert snapshot.build(state, {}, now).home.designated == told[0], "a new snapshot begins with it"
    told.reverse()
    asyncio.run(watch.look(False, now))
    assert now.home.designated != NOBODY, "it is not looked at more often than is cheap"
    clock.now += SERVED_SECONDS
    asyncio.run(watch.look(False, now))
    assert now.home.designated == NOBODY

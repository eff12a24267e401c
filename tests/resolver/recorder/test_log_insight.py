# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log tells: kinds by names asked, and a router that stands for all, until it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from waiting import HANG_SECONDS

from network import own_addresses, routes
from resolver.recorder import identify, log_insight
from resolver.recorder.log_insight import LogInsight
from store.base import db
from store.base.hidden_home import Cause
from store.config import devices
from store.devices import sightings_store

pytestmark = pytest.mark.database

ROUTER, PHONE, OURS = "192.168.1.1", "192.168.1.20", "127.0.0.1"
NOW = 1_790_000_000.0


class Log:
    """A log that tells what a test says: queries by device in the last hours and minutes, names by device."""

    def __init__(self) -> None:
        self.hours: dict[int, int] = {}
        self.minutes: dict[int, int] = {}
        self.names: dict[int, list[str]] = {}

    def name_queries(self, *_: object) -> list[Any]:
        return [SimpleNamespace(device_id=number, name=name) for number in self.names for name in self.names[number]]

    @contextmanager
    def counts(self, from_us: int, to_us: int) -> Iterator[Any]:
        queries = self.minutes if to_us - from_us < 3_600_000_000 else self.hours
        tops = [SimpleNamespace(key=number, queries=count) for number, count in queries.items()]
        yield SimpleNamespace(top=lambda of, limit: [*tops, SimpleNamespace(key=None, queries=99)])

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def ids(state: Path) -> dict[str, int]:
    with closing(db.connect(state / "config.db")) as con:
        return {at: sightings_store.sighted(con, at) for at in (ROUTER, PHONE, OURS)}


@pytest.fixture
def insight(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[LogInsight, Log]]:
    monkeypatch.setattr(routes, "router", lambda: ROUTER)
    monkeypatch.setattr(identify, "named_by_itself", lambda address: "fritz")
    monkeypatch.setattr(own_addresses, "towards", lambda address: "192.168.1.5")
    monkeypatch.setattr(log_insight, "_CONTAINER", ())
    log = Log()
    made = LogInsight(state, lambda _: log)  # type: ignore[arg-type, return-value]
    yield made, log
    made.close()
    made.join(HANG_SECONDS)


def test_a_router_that_asks_for_all_is_told_until_devices_ask_for_themselves(
    ids: dict[str, int], insight: tuple[LogInsight, Log]
) -> None:
    looking, log = insight
    log.hours = {ids[ROUTER]: 500, ids[OURS]: 9000}
    looking.look(NOW)
    hidden = looking.hidden
    assert (hidden.cause, hidden.address, hidden.share) == (Cause.ROUTER, ROUTER, 1.0), "our own queries do not count"
    assert (hidden.brand, hidden.here) == ("FRITZ!Box", ("192.168.1.5",))
    log.minutes = {ids[PHONE]: 20, 77: 20, 78: 20}
    looking.look(NOW)
    assert not looking.hidden.cause


def test_kinds_are_learnt_from_names(ids: dict[str, int], insight: tuple[LogInsight, Log], state: Path) -> None:
    looking, log = insight
    log.names = {ids[PHONE]: ["epdg.epc.mnc001.mcc262.pub.3gppnetwork.org"], 99: ["api.lgtvsdp.com"]}
    looking.look(NOW)
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        assert devices.devices(con, ids[PHONE])[0].found_kind == "phone"


def test_many_kinds_behind_one_address(ids: dict[str, int], insight: tuple[LogInsight, Log]) -> None:
    looking, log = insight
    log.hours = {ids[PHONE]: 500}
    log.names = {ids[PHONE]: ["a.pub.3gppnetwork.org", "api.lgtvsdp.com", "ctest.cdn.nintendo.net"]}
    looking.look(NOW)
    assert (looking.hidden.cause, looking.hidden.address) == (Cause.MASKED, PHONE)

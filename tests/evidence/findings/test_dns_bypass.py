# SPDX-License-Identifier: GPL-3.0-or-later
"""What DNS alone tells of ways around it: on the page, over the API, and of a device that fell silent."""

import time
from contextlib import closing
from typing import Any

import pytest
from told_facts import NOTHING

from blocklists.packs import dns_services
from evidence.findings import dns_bypass
from network import neighbours
from store.base import db
from store.devices import sightings_store
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.rollup_tables import HOUR_US
from store.log.values import NameQueries
from store.log.writer import Writer

PHONE, MAC = "192.168.1.99", "02:00:00:00:00:99"


def ask(visitor: Any, client: str, device_id: int, *asked: tuple[int, str, Verdict]) -> None:
    with closing(querylog.open_log(visitor.home.state / querylog.FILE_NAME)) as log:
        writer = Writer(log, NOTHING)
        for at, name, verdict in asked:
            key = Key(name, 1, verdict, Origin.CACHE, "", "", 0, "")
            writer.add(Batch(2, 0, 0, [client], [key], [(at, 0, 0, 10)]), {client: device_id}.get)
        writer.commit()


def meet(visitor: Any) -> int:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        return sightings_store.sighted(con, PHONE, MAC)


def test_a_service_asked_for_is_shown(visitor: Any) -> None:
    page = visitor.get("/bypass?range=24h").text
    assert "No device asked for a DNS service" in page
    now = int(time.time() * 1e6)
    asked = [(now - 2_000_000, "abc.dns.nextdns.io", Verdict.PASS), (now - 1_000_000, "dns.google", Verdict.BLOCK)]
    ask(visitor, "192.168.1.21", 1, *asked)
    page = visitor.get("/bypass?range=24h").text
    assert "abc.dns.nextdns.io" in page.replace("<wbr>", "")
    assert "NextDNS" in page
    assert "1 blocked" in page
    found = visitor.get("/api/v1/bypass/dns").json()
    assert [(one["device"], one["name"], one["company"], one["count"], one["blocked"]) for one in found["asked"]] == [
        ("Redmi Note 13", "dns.google", "Google", 1, 1),
        ("Redmi Note 13", "abc.dns.nextdns.io", "NextDNS", 1, 0),
    ]
    assert visitor.get("/api/v1/bypass/dns?from=-7d&to=-2d").json()["asked"] == []


def test_a_device_that_is_up_and_fell_silent(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    device, now = meet(visitor), int(time.time() * 1e6)
    up = {MAC}
    monkeypatch.setattr(neighbours, "reachable", lambda: up)
    ask(visitor, PHONE, device, *[(now - hour * HOUR_US, "example.org", Verdict.PASS) for hour in range(2, 10)])
    (found,) = visitor.get("/api/v1/bypass/dns").json()["silent"]
    assert (found["device_id"], found["hours"]) == (device, 8)
    assert "Up, but silent" in visitor.get("/bypass").text
    up.clear()
    assert visitor.get("/api/v1/bypass/dns").json()["silent"] == []
    up.add(MAC)
    ask(visitor, PHONE, device, (now, "example.org", Verdict.PASS))
    assert "Up, but silent" not in visitor.get("/bypass").text


def test_a_name_of_no_service_is_no_line() -> None:
    rows = [NameQueries("192.168.1.5", 7, name, 1, 0, 1, 2) for name in ("example.org", "dns.quad9.net")]
    (line,) = dns_bypass.lines(rows, dns_services.load(), {})
    assert (line.name, line.device, line.device_id, line.title) == (
        "dns.quad9.net", "192.168.1.5", None, "An encrypted DNS service",
    )  # fmt: skip

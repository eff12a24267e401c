# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses which service: every number is a count over the log."""

from __future__ import annotations

import time
from typing import Any

import pytest

from blocklists.packs import seed_lists
from store.config import lists
from webui.services import service_uses, week_use

pytestmark = pytest.mark.database
NAMES = {1: "Redmi Note 13", 2: "Living room TV", 3: "Anna's laptop"}


def test_numbers_are_those_of_the_log(home: Any) -> None:
    now = time.time()
    from_us, to_us = service_uses.span_us(now)
    uses = service_uses.of_all(home.state, NAMES, None, now)
    assert uses is not None and set(uses) >= {"netflix"}
    where = f"name = 'netflix.com' AND time_us >= {from_us} AND time_us < {to_us}"
    by_device = dict(home.lookups("device_id, count(*)", where, "GROUP BY device_id"))
    assert {each.device: each.use.lookups for each in uses["netflix"].by} == by_device
    assert uses["netflix"].lookups == sum(by_device.values()) > 0
    queries = home.sql(f"SELECT count(*), sum(verdict = 'BLOCK') FROM queries WHERE {where}")
    assert [(uses["netflix"].queries, uses["netflix"].blocked)] == queries
    again = service_uses.of_all(home.state, NAMES, None, now)
    assert again is not None and again["netflix"].lookups == uses["netflix"].lookups
    assert service_uses.of_all(home.state, NAMES, {99}, now) == {}


def test_one_service_by_hour(home: Any) -> None:
    now = time.time()
    from_us, to_us = service_uses.span_us(now)
    read = service_uses.of_one(home.state, "netflix", NAMES, None, now)
    assert read is not None
    use, hours = read
    where = f"name = 'netflix.com' AND time_us >= {from_us} AND time_us < {to_us}"
    assert hours == dict(home.lookups("time_us / 3600000000, count(*)", where, "GROUP BY 1"))
    week = week_use.week_use(hours, now)
    assert week is not None and sum(day.lookups for day in week.days) == use.lookups
    assert week_use.week_use({}, now) is None


def test_devices_in_words() -> None:
    by = [service_uses.UsedBy(number, f"D{number}", service_uses.DeviceUse()) for number in range(5)]
    assert str(service_uses.whom(by)) == "D0, D1, D2 and 2 others"
    assert str(service_uses.whom(by[:2])) == "D0 and D1"


def test_the_pages_tell_it(visitor: Any, home: Any) -> None:
    lists.sync_blocklists(visitor.engine(), seed_lists.seeds())
    page = visitor.get("/services?show=used").text
    assert "list-service_3a_netflix" in page and "list-service_3a_tiktok" not in page
    uses = service_uses.of_all(home.state, NAMES)
    assert uses is not None and f"{uses['netflix'].lookups:,} look-ups by Living room TV" in page
    part = visitor.get("/services/netflix?part=use").text
    assert 'href="/devices/2"' in part and "Used most between" in part
    whole = visitor.get("/services/netflix").text
    assert "Nobody is kept from it." in whole and "nflxvideo.net" in whole
    visitor.form("/services/toggle", id="netflix", state="on", scope="device:2", back="page")
    assert "It is blocked for Living room TV." in visitor.get("/services/netflix").text
    assert "list-service_3a_netflix" in visitor.get("/services?show=blocked&scope=device:2").text
    assert "list-service_3a_netflix" not in visitor.get("/services?show=blocked").text
    assert visitor.get("/services/friendster").status_code == 404
    assert visitor.get("/services/netflix?scope=group:9").status_code == 404
    assert "Nobody asked for a name of it" in visitor.get("/services/tiktok?part=use").text

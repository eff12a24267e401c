# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest
from fastapi.testclient import TestClient

from blocklists.packs import seed_lists
from blocklists.packs import services as shipped
from store.config import edit, lists
from store.config.choices import ListKind
from store.config.engine import Engine
from store.config.lists import BlocklistSeed


@pytest.fixture(autouse=True)
def lists_engine(bare_home: Any) -> Engine:
    """A home into which a start has brought all lists, and services."""
    made = edit.engine(bare_home.state)
    lists.sync_blocklists(made, seed_lists.seeds())
    return made


def test_all_services_by_title_and_none_among_the_lists(bare: TestClient) -> None:
    items = bare.get("/services").json()["items"]
    assert {item["id"] for item in items} == {service.id for service in shipped.load()}
    assert not any(item["on"] or item["toggles"] for item in items), "off until somebody turns one on"
    assert not any(item["id"].startswith("service:") for item in bare.get("/blocklists").json()["items"])


def test_a_service_tells_its_names_and_where_they_are_from(bare: TestClient) -> None:
    whole = bare.get("/services/tiktok").json()
    assert {"name": "tiktok.com", "alone": False, "source": "site"} in whole["blocks"]
    assert whole["names"] == len(whole["blocks"])
    assert whole["known"] and whole["category"] == "social"


def test_a_toggle_for_a_scope_and_back(bare: TestClient) -> None:
    group = bare.post("/groups", json={"name": "Children"}).json()["id"]
    changed = bare.put("/services/roblox/toggle", json={"scope": f"group:{group}", "on": True})
    assert changed.status_code == 200
    assert changed.json()["toggles"] == [{"scope": f"group:{group}", "on": True, "schedule": None}]
    assert not changed.json()["on"]
    assert bare.put("/services/roblox/toggle", json={"on": True}).json()["on"]
    cleared = bare.put("/services/roblox/toggle", json={"scope": f"group:{group}", "on": None})
    assert [each["scope"] for each in cleared.json()["toggles"]] == ["house"]


def test_a_toggle_in_a_schedule(bare: TestClient) -> None:
    window = {"days": ["mon"], "from": "21:00", "to": "06:00"}
    schedule = bare.post("/schedules", json={"name": "Night", "windows": [window]}).json()["id"]
    toggled = bare.put("/services/roblox/toggle", json={"on": True, "schedule": schedule}).json()
    assert toggled["toggles"] == [{"scope": "house", "on": True, "schedule": schedule}]
    assert bare.put("/services/roblox/toggle", json={"on": True}).json()["toggles"][0]["schedule"] == schedule
    assert bare.put("/services/roblox/toggle", json={"on": True, "schedule": 99}).status_code == 404


def test_what_is_not_there_is_refused(bare: TestClient) -> None:
    assert bare.get("/services/friendster").status_code == 404
    assert bare.put("/services/friendster/toggle", json={"on": True}).status_code == 404
    assert bare.put("/services/tiktok/toggle", json={"on": True, "scope": "device:9"}).status_code == 404
    assert bare.put("/services/tiktok/toggle", json={"on": True, "scope": "flat"}).status_code == 422
    assert bare.put("/services/tiktok/toggle", json={}).status_code == 422


def test_one_that_is_gone_is_kept_while_it_is_on_and_said_to_be(bare: TestClient, lists_engine: Any) -> None:
    gone = BlocklistSeed("service:friendster", ListKind.SERVICE, "Friendster", "")
    lists.sync_blocklists(lists_engine, [*seed_lists.seeds(), gone])
    bare.put("/services/friendster/toggle", json={"on": True})
    lists.sync_blocklists(lists_engine, seed_lists.seeds())
    whole = bare.get("/services/friendster").json()
    assert (whole["known"], whole["on"], whole["names"], whole["blocks"]) == (False, True, 0, [])
    bare.put("/services/friendster/toggle", json={"on": False})
    lists.sync_blocklists(lists_engine, seed_lists.seeds())
    assert bare.get("/services/friendster").status_code == 404

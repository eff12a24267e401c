# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.config import edit
from store.household import groups as household_groups

ALL = {"from": "-25h", "to": "2100-01-01T00:00:00Z"}


def named(client: TestClient, name: str) -> dict[str, Any]:
    return next(item for item in client.get("/devices").json()["items"] if item["name"] == name)


def test_devices_have_their_facts(reading: TestClient) -> None:
    phone = named(reading, "Redmi Note 13")
    assert phone["addresses"] == ["192.168.1.21"]
    assert (phone["given_name"], phone["maker"], phone["groups"]) == ("Redmi Note 13", "Xiaomi", [])
    first, last = (datetime.fromisoformat(phone[word]) for word in ("first_seen", "last_seen"))
    assert first - timedelta(days=1) < last, "the log of its day is older than it is"
    assert named(reading, "192.168.1.60")["given_name"] is None
    assert reading.get(f"/devices/{phone['id']}").json() == phone


def test_a_device_is_renamed_and_unnamed(admin: TestClient) -> None:
    number = named(admin, "Living room TV")["id"]
    assert admin.patch(f"/devices/{number}", json={"name": "<b>TV</b>"}).json()["name"] == "<b>TV</b>"
    assert named(admin, "<b>TV</b>")["id"] == number
    shown = admin.patch(f"/devices/{number}", json={"name": None}).json()
    assert shown["given_name"] is None and shown["name"].startswith("Samsung")


def test_a_device_is_of_the_kind_that_a_person_says(admin: TestClient) -> None:
    number = named(admin, "Living room TV")["id"]
    shown = admin.patch(f"/devices/{number}", json={"kind": "tv"}).json()
    assert (shown["kind"], shown["kind_by_hand"], shown["kind_reason"]) == ("tv", True, "")
    assert admin.patch(f"/devices/{number}", json={"name": "TV"}).json()["kind"] == "tv", "what is left out stays"
    assert admin.patch(f"/devices/{number}", json={"kind": "toaster"}).status_code == 422
    shown = admin.patch(f"/devices/{number}", json={"kind": None}).json()
    assert (shown["kind"], shown["kind_by_hand"]) == ("unknown", False)


def test_a_device_joins_groups_and_leaves_them(admin: TestClient, home: Any) -> None:
    number = named(admin, "Living room TV")["id"]
    screens, big = (household_groups.add_group(edit.engine(home.state), name) for name in ("Screens", "Big things"))
    joined = admin.patch(f"/devices/{number}", json={"groups": [big, screens, big]}).json()
    assert joined["groups"] == [screens, big]
    kept = admin.patch(f"/devices/{number}", json={"name": "TV"}).json()
    assert (kept["groups"], kept["name"]) == ([screens, big], "TV")
    assert admin.patch(f"/devices/{number}", json={"groups": [big, 99]}).status_code == 404
    assert admin.patch(f"/devices/{number}", json={"groups": []}).json()["groups"] == []


def test_the_numbers_of_a_device_are_those_of_the_log(reading: TestClient, lived_in: Any) -> None:
    number = named(reading, "Living room TV")["id"]
    shown = reading.get(f"/devices/{number}/stats", params=ALL).json()
    assert shown["queries"] == lived_in.count(client="192.168.1.30")
    assert sum(item["queries"] for item in shown["top_names"]) == shown["queries"]
    assert {item["key"] for item in shown["top_names"]} == {"samsungads.com", "netflix.com"}
    assert sum(item["passed"] + item["blocked"] + item["other"] for item in shown["timeline"]) == shown["queries"]
    assert shown["from"] < shown["to"]


@pytest.mark.parametrize("path", ["/devices/99", "/devices/99/stats"])
def test_a_device_that_is_not_there(bare: TestClient, path: str) -> None:
    assert bare.get(path).status_code == 404
    assert bare.patch("/devices/99", json={"name": "x"}).status_code == 404


@pytest.mark.parametrize("body", [{"name": "x" * 201}, {"name": "a\u202eb"}, {"name": 7}, {"groups": "x"}, []])
def test_what_is_no_change(admin: TestClient, body: object) -> None:
    number = named(admin, "Living room TV")["id"]
    assert admin.patch(f"/devices/{number}", json=body).status_code == 422
    assert named(admin, "Living room TV")["id"] == number

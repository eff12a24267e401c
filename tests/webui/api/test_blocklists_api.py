# SPDX-License-Identifier: GPL-3.0-or-later
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.base import db
from store.config import list_status
from store.config.list_status import ListStatus
from store.household import policy


def lists_on(home: Any, client: str = "192.168.1.99") -> dict[str, str | None]:
    """What the resolver's workers would apply."""
    with closing(db.connect(home.state / "config.db", read_only=True)) as con:
        return dict(policy.load(con).of(client).lists)


def test_packs_and_catalogue_are_listed(bare: TestClient) -> None:
    items = {item["id"]: item for item in bare.get("/blocklists").json()["items"]}
    xiaomi, large = items["pack:xiaomi"], items["general-large"]
    assert (xiaomi["kind"], xiaomi["on"], xiaomi["level"]) == ("pack", True, "safe")
    assert (large["kind"], large["on"], large["update"]) == ("catalogue", False, None)
    assert xiaomi["toggles"] == [{"scope": "house", "on": True, "level": "safe", "schedule": None}]


def test_a_toggle_changes_the_policy_at_once(bare: TestClient, bare_home: Any) -> None:
    assert lists_on(bare_home)["pack:xiaomi"] == "safe"
    off = bare.put("/blocklists/pack:xiaomi/toggle", json={"scope": "house", "on": False})
    assert off.status_code == 200 and off.json()["on"] is False
    assert "pack:xiaomi" not in lists_on(bare_home)
    bare.put("/blocklists/pack:xiaomi/toggle", json={"on": True, "level": "strict"})
    assert lists_on(bare_home)["pack:xiaomi"] == "strict"


def test_a_device_differs_from_the_house_until_it_is_cleared(admin: TestClient, home: Any) -> None:
    device = admin.get("/devices").json()["items"][0]
    address, scope = device["addresses"][0], f"device:{device['id']}"
    admin.put("/blocklists/pack:xiaomi/toggle", json={"scope": scope, "on": False})
    assert "pack:xiaomi" not in lists_on(home, address) and "pack:xiaomi" in lists_on(home)
    admin.put("/blocklists/pack:xiaomi/toggle", json={"scope": scope, "on": None})
    assert "pack:xiaomi" in lists_on(home, address)


def test_a_level_can_be_chosen_for_a_list_that_stays_off(bare: TestClient) -> None:
    shown = bare.put("/blocklists/pack:xiaomi/toggle", json={"on": False, "level": "everything"}).json()
    assert (shown["on"], shown["level"]) == (False, "everything")


def test_a_list_is_added_changed_and_removed(bare: TestClient, bare_home: Any) -> None:
    source = "https://lists.example/my.txt"
    made = bare.post("/blocklists", json={"source": source, "title": "Mine", "format": "hosts", "kind": "block"})
    assert made.status_code == 201
    item = made.json()
    assert (item["source"], item["title"], item["format"], item["on"], item["allow"]) == (
        source,
        "Mine",
        "hosts",
        True,
        False,
    )
    assert item["id"] in lists_on(bare_home)
    changed = bare.patch(f"/blocklists/{item['id']}", json={"title": "Ours", "format": None, "kind": "allow"}).json()
    assert (changed["title"], changed["format"], changed["allow"], changed["source"]) == ("Ours", None, True, source)
    assert bare.delete(f"/blocklists/{item['id']}").status_code == 204
    assert item["id"] not in lists_on(bare_home)


@pytest.mark.parametrize("source", ["", "ftp://x.example/a", "relative/path", "javascript:alert(1)", "http://"])
def test_what_is_no_source(bare: TestClient, source: str) -> None:
    response = bare.post("/blocklists", json={"source": source})
    assert response.status_code == 422 and "http(s) address" in response.json()["detail"]


def test_the_same_source_twice_is_refused(bare: TestClient) -> None:
    body = {"source": "https://lists.example/a.txt"}
    assert bare.post("/blocklists", json=body).status_code == 201
    assert "already" in bare.post("/blocklists", json=body).json()["detail"]


def test_what_comes_with_telltale_cannot_be_removed(bare: TestClient) -> None:
    response = bare.delete("/blocklists/pack:xiaomi")
    assert response.status_code == 422 and "turn it off" in response.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/blocklists/added:none", {"title": "x"}),
        ("DELETE", "/blocklists/added:none", None),
        ("PUT", "/blocklists/added:none/toggle", {"on": True}),
        ("POST", "/blocklists/added:none/update", None),
    ],
)
def test_a_list_that_is_not_there(bare: TestClient, method: str, path: str, body: object) -> None:
    assert bare.request(method, path, json=body).status_code == 404


def test_an_update_by_hand_is_due_at_once(bare: TestClient, bare_home: Any) -> None:
    with closing(db.connect(bare_home.state / "config.db")) as con:
        checked = ListStatus(checked_at=1_795_514_400, rules=7, skipped={"no name": 2})
        list_status.note(con, "general-large", lambda _: checked)
    before = next(item for item in bare.get("/blocklists").json()["items"] if item["id"] == "general-large")["update"]
    assert before["checked_at"] == "2026-11-24T10:00:00.000Z" and before["skipped"] == {"no name": 2}
    response = bare.post("/blocklists/general-large/update")
    assert response.status_code == 202
    assert response.json()["update"]["checked_at"] is None
    assert response.json()["update"]["rules"] == 7

# SPDX-License-Identifier: GPL-3.0-or-later
import time
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.base import db
from store.devices import sightings_store


@pytest.fixture
def home(bare: TestClient, bare_home: Any) -> TestClient:
    """Device 1 is known."""
    with closing(db.connect(bare_home.state / "config.db")) as con:
        sightings_store.sighted(con, "192.168.1.21")
    return bare


def test_a_name_is_let_through_for_a_quarter_of_an_hour_and_undone(home: TestClient) -> None:
    begun = int(time.time())
    made = home.post("/exceptions", json={"scope": "device:1", "name": "Shop.example."})
    assert made.status_code == 201
    exception = made.json()
    assert (exception["name"], exception["scope"], exception["who"]) == ("shop.example", "device:1", "test")
    assert 899 - (time.time() - begun) <= exception["left_seconds"] <= 900
    assert len(home.get("/exceptions?scope=device:1").json()["items"]) == 1
    assert home.get("/exceptions?scope=house").json()["items"] == []
    assert home.delete(f"/exceptions/{exception['id']}").status_code == 204
    assert home.get("/exceptions").json()["items"] == []
    assert home.delete(f"/exceptions/{exception['id']}").status_code == 404


def test_kept_or_for_ever_it_is_a_rule(home: TestClient) -> None:
    number = home.post("/exceptions", json={"scope": "device:1", "name": "a.example", "minutes": 5}).json()["id"]
    kept = home.post(f"/exceptions/{number}/keep").json()
    assert kept["id"] is kept["until"] is None and kept["name"] == "a.example"
    ever = home.post("/exceptions", json={"scope": "house", "name": "b.example", "minutes": "ever"}).json()
    rules = home.get("/rules").json()["items"]
    assert [(rule["id"], rule["name"], rule["scope"], rule["kind"]) for rule in rules] == [
        (kept["rule"], "a.example", "device:1", "allow"), (ever["rule"], "b.example", "house", "allow"),
    ]  # fmt: skip
    assert home.post(f"/exceptions/{number}/keep").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "a.example"}, 422), ({"scope": "device:1"}, 422), ({"scope": "device:9", "name": "a.example"}, 404),
        ({"scope": "device:1", "name": "a b"}, 422), ({"scope": "device:1", "name": "a.example", "minutes": 0}, 422),
        ({"scope": "device:1", "name": "a.example", "minutes": "always"}, 422),
        ({"scope": "device:1", "name": "x" * 400}, 422),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(home: TestClient, body: dict[str, object], status: int) -> None:
    assert home.post("/exceptions", json=body).status_code == status
    assert home.get("/exceptions").json()["items"] == []

# SPDX-License-Identifier: GPL-3.0-or-later
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.base import db
from store.config import edit
from store.devices import device_edits, sightings_store
from store.household import requests


@pytest.fixture
def number(bare_home: Any) -> int:
    """A request of device 1 that waits."""
    with closing(db.connect(bare_home.state / "config.db")) as con:
        sightings_store.sighted(con, "192.168.1.21")
    engine = edit.engine(bare_home.state)
    device_edits.rename_device(engine, 1, "Phone")
    return requests.ask_for(engine, 1, "shop.example", "please").id


def test_a_request_waits_and_is_granted_for_minutes(bare: TestClient, number: int) -> None:
    (waiting,) = bare.get("/requests").json()["items"]
    assert (waiting["device"], waiting["name"], waiting["note"], waiting["granted"]) == (
        "Phone", "shop.example", "please", None,
    )  # fmt: skip
    granted = bare.post(f"/requests/{number}", json={"grant": 30}).json()
    assert granted["granted"] is True and granted["until"]
    (exception,) = bare.get("/exceptions").json()["items"]
    assert (exception["scope"], exception["name"], exception["until"]) == (
        "device:1", "shop.example", granted["until"],
    )  # fmt: skip
    assert bare.get("/requests").json()["items"] == []
    assert bare.post(f"/requests/{number}", json={"grant": False}).status_code == 404


def test_refused_nothing_is_let_through(bare: TestClient, number: int) -> None:
    assert bare.post(f"/requests/{number}", json={"grant": False}).json()["granted"] is False
    assert bare.get("/exceptions").json()["items"] == bare.get("/rules").json()["items"] == []


def test_granted_for_ever_it_is_a_rule(bare: TestClient, number: int) -> None:
    granted = bare.post(f"/requests/{number}", json={"grant": "ever"}).json()
    assert granted["granted"] is True and granted["until"] is None
    assert bare.get("/rules").json()["items"][0]["scope"] == "device:1"


@pytest.mark.parametrize("grant", [0, -1, "maybe", None, True, 1e12])
def test_any_other_answer_is_refused(bare: TestClient, number: int, grant: object) -> None:
    assert bare.post(f"/requests/{number}", json={"grant": grant}).status_code == 422
    assert len(bare.get("/requests").json()["items"]) == 1

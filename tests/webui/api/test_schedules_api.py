# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest
from fastapi.testclient import TestClient

WINDOW = {"days": ["mon", "fri"], "from": "21:00", "to": "06:30"}


def test_a_schedule_is_made_changed_and_forgotten(bare: TestClient) -> None:
    made = bare.post("/schedules", json={"name": "Night", "windows": [WINDOW]})
    assert made.status_code == 201
    schedule = made.json()
    assert (schedule["name"], schedule["windows"], schedule["uses"]) == ("Night", [WINDOW], [])
    assert schedule["in_force"] in (True, False) and schedule["next_edge"].endswith("Z") and schedule["note"] == ""
    where = f"/schedules/{schedule['id']}"
    assert bare.get(where).json()["windows"] == bare.get("/schedules").json()["items"][0]["windows"] == [WINDOW]
    wider = {**WINDOW, "from": "20:00"}
    changed = bare.patch(where, json={"windows": [wider, WINDOW]}).json()
    assert len(changed["windows"]) == 2 and "overlap" in changed["note"] and changed["name"] == "Night"
    assert bare.patch(where, json={"name": "Bedtime"}).json()["name"] == "Bedtime"
    assert bare.delete(where).status_code == 204
    assert bare.get("/schedules").json()["items"] == [] and bare.get(where).status_code == 404


def test_a_schedule_in_use_stays_and_says_why(bare: TestClient) -> None:
    number = bare.post("/schedules", json={"name": "Night", "windows": [WINDOW]}).json()["id"]
    assert bare.post("/rules", json={"kind": "block", "name": "a.example", "schedule": number}).json()["schedule"] == 1
    refused = bare.delete(f"/schedules/{number}")
    assert refused.status_code == 422 and "in use by the rule for a.example" in refused.json()["detail"]
    assert bare.get(f"/schedules/{number}").json()["uses"] == ["the rule for a.example"]
    again = bare.post("/rules", json={"kind": "block", "name": "a.example"}).json()
    assert again["schedule"] == number, "left out, it stays"
    assert bare.post("/rules", json={"kind": "block", "name": "a.example", "schedule": None}).json()["schedule"] is None
    assert bare.delete(f"/schedules/{number}").status_code == 204


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "Day", "windows": [{**WINDOW, "to": "21:00"}]}, "no time at all"),
        ({"name": "Day", "windows": [{**WINDOW, "days": ["funday"]}]}, "'funday' is no day"),
        ({"name": "Day", "windows": []}, "at least one"),
        ({"name": "Night", "windows": [WINDOW]}, "already"),
        ({"name": "Day"}, ""),
        ({"name": "", "windows": [WINDOW]}, ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(bare: TestClient, body: dict[str, Any], words: str) -> None:
    bare.post("/schedules", json={"name": "Night", "windows": [WINDOW]})
    refused = bare.post("/schedules", json=body)
    assert refused.status_code == 422 and words in refused.json()["detail"]
    assert len(bare.get("/schedules").json()["items"]) == 1
    assert bare.patch("/schedules/9", json={"name": "x"}).status_code == 404

# SPDX-License-Identifier: GPL-3.0-or-later
import time
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from lived_in_home import Home

from store.config import account, edit


def test_a_pause_for_minutes_tells_what_is_left(bare: TestClient) -> None:
    begun = int(time.time())
    made = bare.post("/pauses", json={"scope": "house", "minutes": 10})
    assert made.status_code == 201
    pause = made.json()
    assert (pause["scope"], pause["blocklist"], pause["who"]) == ("house", None, "test")
    passed = time.time() - begun
    assert 599 - passed <= pause["left_seconds"] <= 600
    assert 600 <= datetime.fromisoformat(pause["until"]).timestamp() - begun <= 601 + passed
    assert bare.get("/pauses").json()["items"][0]["id"] == pause["id"]
    assert bare.delete(f"/pauses/{pause['id']}").status_code == 204
    assert bare.get("/pauses").json()["items"] == []
    assert bare.delete(f"/pauses/{pause['id']}").status_code == 404


def test_without_an_end_it_holds_until_it_is_resumed(bare: TestClient) -> None:
    assert bare.post("/pauses", json={}).json()["until"] is None
    assert bare.post("/pauses", json={"blocklist": "pack:xiaomi"}).json()["blocklist"] == "pack:xiaomi"
    assert bare.delete("/pauses?scope=house&blocklist=pack:xiaomi").json() == {"ended": 1}
    assert bare.request("DELETE", "/pauses", json={"scope": "house"}).json() == {"ended": 1}
    assert bare.delete("/pauses").json() == {"ended": 0}


def test_an_end_may_be_a_moment(bare: TestClient) -> None:
    begun = int(time.time())
    until = datetime.fromtimestamp(begun + 3600).astimezone().isoformat()
    left = bare.post("/pauses", json={"until": until}).json()["left_seconds"]
    assert 3599 - (time.time() - begun) <= left <= 3600


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"scope": "everybody"}, 422, "no scope"),
        ({"scope": "device:99"}, 404, "no device 99"),
        ({"blocklist": "none"}, 404, "no blocklist 'none'"),
        ({"minutes": 0}, 422, "minutes"),
        ({"minutes": -5}, 422, "minutes"),
        ({"minutes": 1e9}, 422, "minutes"),
        ({"minutes": "NaN"}, 422, "minutes"),
        ({"until": "yesterday"}, 422, "until is no time"),
        ({"until": "2020-01-01"}, 422, "over"),
        ({"until": "9999-01-01"}, 422, "a year"),
        ({"minutes": 5, "until": "2090-01-01"}, 422, "not both"),
    ],
)
def test_what_makes_no_sense_is_refused(bare: TestClient, body: dict[str, object], status: int, words: str) -> None:
    refused = bare.post("/pauses", json=body)
    assert refused.status_code == status and words in refused.json()["detail"]
    assert bare.get("/pauses").json()["items"] == []


def test_a_token_of_the_scope_pause_may_pause_and_nothing_else(bare: TestClient, bare_home: Home) -> None:
    engine = edit.engine(bare_home.state)
    token = account.create_token(engine, "button in the kitchen", "pause")
    headers = {"Authorization": f"Bearer {token}"}
    made = bare.post("/pauses", json={"minutes": 5}, headers=headers)
    assert made.status_code == 201 and made.json()["who"] == "button in the kitchen"
    assert bare.delete(f"/pauses/{made.json()['id']}", headers=headers).status_code == 204
    assert bare.delete("/pauses", headers=headers).status_code == 200
    for path in ("/exceptions", "/rules", "/pauses/1/x", "/pausesx"):
        assert bare.post(path, json={}, headers=headers).status_code in (403, 404), path
    read = {"Authorization": f"Bearer {account.create_token(engine, 'eyes', 'read')}"}
    assert bare.post("/pauses", json={}, headers=read).status_code == 403
    assert bare.get("/pauses", headers=read).status_code == 200

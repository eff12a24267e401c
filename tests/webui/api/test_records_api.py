# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from fastapi.testclient import TestClient


def test_a_record_is_made_changed_listed_and_removed(bare: TestClient) -> None:
    made = bare.post("/records", json={"name": "NAS.Lan", "type": "a", "value": "192.168.1.5", "comment": "box"})
    assert made.status_code == 201
    record = made.json()
    shown = [record[key] for key in ("name", "type", "value", "comment")]
    assert shown == ["nas.lan", "A", "192.168.1.5", "box"]
    changed = bare.patch(f"/records/{record['id']}", json={"value": "192.168.1.6"}).json()
    assert (changed["value"], changed["comment"]) == ("192.168.1.6", "box")
    assert bare.get("/records").json() == {"items": [changed], "next": None}
    assert bare.delete(f"/records/{record['id']}").status_code == 204
    assert bare.get("/records").json()["items"] == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"name": "nas.lan", "type": "A"}, "value is missing."),
        ({"name": "nas.lan", "type": "A", "value": "x"}, "no IPv4 address"),
        ({"name": "nas.lan", "type": "NS", "value": "x"}, "no type of a local record"),
        ({"name": "telltale", "type": "A", "value": "192.168.1.5"}, "own name"),
        ({"name": "a.lan", "type": "CNAME", "value": "a.lan"}, "cannot lead to itself"),
    ],
)
def test_what_is_none_is_refused_in_plain_words(bare: TestClient, body: object, says: str) -> None:
    response = bare.post("/records", json=body)
    assert response.status_code == 422 and says in response.json()["detail"]


def test_a_hosts_file_is_taken_in(bare: TestClient) -> None:
    came = bare.post("/records/import", json={"text": "192.168.1.5 nas.lan\n0.0.0.0 ads.example\n"}).json()
    assert (came["added"], came["known"]) == (1, 0)
    assert came["refused"][0]["line"] == 2 and "blocklist" in came["refused"][0]["why"]


def test_a_hosts_file_is_looked_at_first(bare: TestClient) -> None:
    bare.post("/records", json={"name": "tv.lan", "type": "A", "value": "192.168.1.6"})
    text = "192.168.1.5 nas.lan\n192.168.1.6 tv.lan\n0.0.0.0 ads.example\n"
    seen = bare.post("/records/import/preview", json={"text": text}).json()
    assert (seen["adds"], seen["known"], [line["line"] for line in seen["refused"]]) == (1, 1, [3])
    assert seen["items"] == [{"name": "nas.lan", "type": "A", "value": "192.168.1.5"}]
    assert len(bare.get("/records").json()["items"]) == 1
    assert bare.post("/records/import", json={"text": text}).json()["added"] == 1


def test_what_is_not_there(bare: TestClient) -> None:
    for response in (bare.delete("/records/99"), bare.patch("/records/99", json={})):
        assert response.status_code == 404 and response.json()["detail"] == "There is no local record 99."

# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from fastapi.testclient import TestClient


def test_a_domain_is_forwarded_changed_listed_and_let_go(bare: TestClient) -> None:
    made = bare.post("/forwards", json={"domain": "192.168.1.0/24", "upstreams": ["192.168.1.1"], "comment": "router"})
    assert made.status_code == 201
    forward = made.json()
    assert (forward["domain"], forward["upstreams"]) == ("1.168.192.in-addr.arpa", ["192.168.1.1"])
    changed = bare.patch(f"/forwards/{forward['id']}", json={"upstreams": ["house"]}).json()
    assert (changed["upstreams"], changed["comment"]) == ([], "router")
    assert bare.get("/forwards").json() == {"items": [changed], "next": None}
    assert bare.delete(f"/forwards/{forward['id']}").status_code == 204
    assert bare.get("/forwards").json()["items"] == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"domain": "lan"}, "upstreams is missing."),
        ({"domain": "lan", "upstreams": []}, "Name a server"),
        ({"domain": "a b", "upstreams": ["10.0.0.1"]}, "no valid name"),
        ({"domain": "172.16.0.0/12", "upstreams": ["10.0.0.1"]}, "16 reverse zones"),
        ({"domain": "lan", "upstreams": ["127.0.0.1"]}, "itself in a circle"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(bare: TestClient, body: object, says: str) -> None:
    response = bare.post("/forwards", json=body)
    assert response.status_code == 422 and says in response.json()["detail"]


def test_what_is_not_there(bare: TestClient) -> None:
    for response in (bare.delete("/forwards/99"), bare.patch("/forwards/99", json={})):
        assert response.status_code == 404 and response.json()["detail"] == "There is no forward 99."

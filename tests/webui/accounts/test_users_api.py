# SPDX-License-Identifier: GPL-3.0-or-later
from fastapi.testclient import TestClient

PASSWORD = "four words of mine"


def test_people_over_the_api(bare: TestClient) -> None:
    made = bare.post("/users", json={"name": "Vera", "role": "viewer", "password": PASSWORD})
    assert made.status_code == 201 and made.json()["role"] == "viewer" and PASSWORD not in made.text
    number = made.json()["id"]
    assert [user["name"] for user in bare.get("/users").json()["items"]][-1] == "Vera"
    assert bare.patch(f"/users/{number}", json={"name": "Wera"}).json()["name"] == "Wera"
    assert bare.get(f"/users/{number}").json()["two_step"] is False
    assert bare.delete(f"/users/{number}/two-step").status_code == 422
    assert bare.delete("/users/1").status_code == 422, "the only admin"
    assert bare.delete(f"/users/{number}").status_code == 204 and bare.get(f"/users/{number}").status_code == 404


def test_what_cannot_be(bare: TestClient) -> None:
    for wrong in ({"name": "", "role": "viewer"}, {"name": "x", "role": "root"}, {"name": "x", "role": "own"}):
        assert bare.post("/users", json={"password": PASSWORD, **wrong}).status_code == 422
    assert bare.get("/sessions").status_code == 403, "a token is nobody"

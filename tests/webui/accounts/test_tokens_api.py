# SPDX-License-Identifier: GPL-3.0-or-later
from fastapi.testclient import TestClient


def test_a_token_is_shown_once_works_and_ends(bare: TestClient) -> None:
    made = bare.post("/tokens", json={"name": "dashboard", "scope": "read"})
    assert made.status_code == 201
    secret = made.json()["token"]
    assert secret.startswith("tt_") and len(secret) == 43
    listed = {token["name"]: token for token in bare.get("/tokens").json()["items"]}
    assert listed["dashboard"]["scope"] == "read" and listed["dashboard"]["revoked_at"] is None
    assert secret not in bare.get("/tokens").text
    sent = {"Authorization": f"Bearer {secret}"}
    assert bare.get("/rules", headers=sent).status_code == 200
    assert bare.delete(f"/tokens/{listed['dashboard']['id']}").status_code == 204
    assert bare.get("/rules", headers=sent).status_code == 401
    assert bare.delete(f"/tokens/{listed['dashboard']['id']}").status_code == 404


def test_two_tokens_of_one_name_are_refused(bare: TestClient) -> None:
    assert bare.post("/tokens", json={"name": "a"}).status_code == 201
    again = bare.post("/tokens", json={"name": "a"})
    assert again.status_code == 422 and "already" in again.json()["detail"]


def test_what_is_no_token(bare: TestClient) -> None:
    assert bare.post("/tokens", json={"name": "a", "scope": "root"}).status_code == 422
    assert bare.post("/tokens", json={"name": "\n"}).status_code == 422
    assert bare.delete("/tokens/99").status_code == 404


def test_until_when_a_token_holds(bare: TestClient) -> None:
    assert bare.post("/tokens", json={"name": "for good"}).json()["expires_at"] is None
    made = bare.post("/tokens", json={"name": "dated", "expires_at": "2030-03-31T18:00:00Z"}).json()
    assert made["expires_at"].startswith("2030-03-31T18:00:00")
    assert bare.post("/tokens", json={"name": "short", "expires_at": "30d"}).status_code == 201
    listed = {token["name"]: token for token in bare.get("/tokens").json()["items"]}
    assert listed["dated"]["holds"] and listed["dated"]["expires_at"] == made["expires_at"]
    assert listed["test"]["last_address"] == "192.168.1.2"
    for wrong in ("soon", "2020-01-01", "9999-12-31"):
        refused = bare.post("/tokens", json={"name": "x", "expires_at": wrong})
        assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "expires_at"


def test_a_token_that_is_unknown_is_refused_in_plain_words(bare: TestClient) -> None:
    refused = bare.get("/rules", headers={"Authorization": "Bearer tt_guessed"})
    assert refused.status_code == 401 and refused.json()["detail"] == "This token is not known."
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'

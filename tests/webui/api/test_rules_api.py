# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from fastapi.testclient import TestClient


def test_a_rule_is_made_listed_and_removed(bare: TestClient) -> None:
    made = bare.post("/rules", json={"kind": "block", "name": "Ads.Example.", "comment": "too many"})
    assert made.status_code == 201
    rule = made.json()
    assert rule["name"] == "ads.example"
    assert (rule["kind"], rule["scope"], rule["subdomains"], rule["comment"]) == ("block", "house", True, "too many")
    assert bare.get("/rules").json()["items"] == [rule]
    assert bare.delete(f"/rules/{rule['id']}").status_code == 204
    assert bare.get("/rules").json()["items"] == []


def test_a_rule_for_one_device(admin: TestClient) -> None:
    device = admin.get("/devices").json()["items"][0]["id"]
    made = admin.post("/rules", json={"kind": "allow", "name": "ads.example", "scope": f"device:{device}"})
    assert made.json()["scope"] == f"device:{device}"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"kind": "block"}, "name is missing."),
        ({"kind": "deny", "name": "a.example"}, "kind must be 'block' or 'allow'."),
        ({"kind": "block", "name": "<script>"}, "is no valid name"),
        ({"kind": "block", "name": "192.168.1.1"}, "is an address, not a name."),
        ({"kind": "block", "name": "a.example", "scope": "planet"}, "is no scope"),
        ({"kind": "block", "name": "x" * 1001}, "name must have at most 1000 characters."),
        ([], "must be an object"),
    ],
)
def test_what_is_no_rule_is_refused_in_plain_words(bare: TestClient, body: object, says: str) -> None:
    response = bare.post("/rules", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert says in response.json()["detail"]


@pytest.mark.parametrize("scope", ["device:99", "group:99"])
def test_a_scope_that_is_not_there(bare: TestClient, scope: str) -> None:
    assert bare.post("/rules", json={"kind": "block", "name": "a.example", "scope": scope}).status_code == 404


def test_a_rule_that_is_not_there(bare: TestClient) -> None:
    response = bare.delete("/rules/99")
    assert response.status_code == 404
    assert response.json()["detail"] == "There is no rule 99."
    assert bare.delete(f"/rules/{2**63}").status_code == 422


def test_off_on_and_an_end(bare: TestClient) -> None:
    rule = bare.post("/rules", json={"kind": "block", "name": "ads.example", "seconds": 600}).json()
    assert rule["on"] is True and rule["until"] > rule["created_at"]
    off = bare.patch(f"/rules/{rule['id']}", json={"on": False}).json()
    assert off == {**rule, "on": False}
    assert bare.patch("/rules/99", json={"on": True}).status_code == 404


def test_a_rule_that_may_do_what_is_not_meant_says_so_before_it_is_saved_and_after(bare: TestClient) -> None:
    tried = bare.post("/rules/paste", json={"text": "ads.example\nxiaomi\n", "dry_run": True}).json()
    ((line, name, why),) = [tuple(each.values()) for each in tried["hints"]]
    assert (line, name) == (2, "xiaomi") and "end in .xiaomi alone" in why
    assert bare.get("/rules").json()["items"] == []
    assert bare.post("/rules", json={"kind": "block", "name": "xiaomi"}).json()["hint"] == why
    assert bare.post("/rules", json={"kind": "block", "name": "ads.example"}).json()["hint"] == ""


def test_many_at_once(bare: TestClient) -> None:
    text = "0.0.0.0 ads.example\n@@good.example\nads.example\n(((\n"
    tried = bare.post("/rules/paste", json={"text": text, "dry_run": True}).json()
    assert bare.get("/rules").json()["items"] == []
    added = bare.post("/rules/paste", json={"text": text}).json()
    assert added == tried
    assert (added["new"], added["changed"], added["same"], added["twice"]) == (2, 0, 0, 1)
    assert [line["line"] for line in added["not_understood"]] == [4]
    assert bare.post("/rules/paste", json={"text": text}).json()["same"] == 2
    assert bare.post("/rules/paste", json={"text": "a.example", "scope": "device:9"}).status_code == 404

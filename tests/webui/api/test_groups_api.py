# SPDX-License-Identifier: GPL-3.0-or-later
from fastapi.testclient import TestClient


def test_a_group_has_an_answer_of_its_own(bare: TestClient) -> None:
    made = bare.post("/groups", json={"name": "Children", "answer": "NXDOMAIN"})
    assert made.status_code == 201
    group = made.json()
    assert (group["name"], group["answer"]) == ("Children", "nxdomain")
    changed = bare.patch(f"/groups/{group['id']}", json={"answer": "192.0.2.1"})
    assert changed.json()["answer"] == "A 192.0.2.1"
    assert bare.patch(f"/groups/{group['id']}", json={"answer": ""}).json()["answer"] == ""
    assert bare.get("/groups").json()["items"] == [{"id": group["id"], "name": "Children", "answer": ""}]
    assert bare.delete(f"/groups/{group['id']}").status_code == 204
    assert bare.get("/groups").json()["items"] == []


def test_what_makes_no_sense_is_refused_and_changes_nothing(bare: TestClient) -> None:
    refused = bare.post("/groups", json={"name": "Children", "answer": "no such word!"})
    assert refused.status_code == 422 and "is no answer" in refused.json()["detail"]
    assert bare.get("/groups").json()["items"] == []
    assert bare.post("/groups", json={"name": ""}).status_code == 422
    assert bare.patch("/groups/9", json={"answer": ""}).status_code == 404
    assert bare.delete("/groups/9").status_code == 404

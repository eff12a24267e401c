# SPDX-License-Identifier: GPL-3.0-or-later
from fastapi.testclient import TestClient

WINDOW = {"days": ["mon"], "from": "21:00", "to": "06:30"}


def test_a_group_has_an_answer_of_its_own(bare: TestClient) -> None:
    made = bare.post("/groups", json={"name": "Children", "answer": "NXDOMAIN"})
    assert made.status_code == 201
    group = made.json()
    assert (group["name"], group["answer"]) == ("Children", "nxdomain")
    changed = bare.patch(f"/groups/{group['id']}", json={"answer": "192.0.2.1"})
    assert changed.json()["answer"] == "A 192.0.2.1"
    assert bare.patch(f"/groups/{group['id']}", json={"answer": ""}).json()["answer"] == ""
    (only,) = bare.get("/groups").json()["items"]
    assert only == bare.get(f"/groups/{group['id']}").json() == {
        "id": group["id"], "name": "Children", "answer": "", "schedule": None, "upstreams": [], "devices": [],
        "lists": [], "services": [], "toggles": [],
    }  # fmt: skip
    assert bare.delete(f"/groups/{group['id']}").status_code == 204
    assert bare.get("/groups").json()["items"] == []


def test_a_group_is_changed_in_all_its_parts_and_written_back(admin: TestClient) -> None:
    night = admin.post("/schedules", json={"name": "Night", "windows": [WINDOW]}).json()["id"]
    name = admin.get("/blocklists").json()["items"][0]["id"]
    made = admin.post("/groups", json={"name": "Children", "devices": [2, 1], "lists": [name], "schedule": night})
    assert made.status_code == 201, made.text
    group = made.json()
    assert (group["devices"], group["lists"], group["schedule"]) == ([1, 2], [name], night)
    where = f"/groups/{group['id']}"
    assert admin.get("/devices/1").json()["groups"] == [group["id"]]
    parts = {key: group[key] for key in ("name", "devices", "lists", "services", "schedule", "upstreams", "answer")}
    assert admin.patch(where, json=parts).json() == group, "written back, it changes nothing"
    toggle = {"scope": f"group:{group['id']}", "on": True, "schedule": night}
    assert admin.put(f"/blocklists/{name}/toggle", json=toggle).status_code == 200
    changed = admin.patch(where, json={"devices": [], "schedule": None}).json()
    assert (changed["devices"], changed["schedule"]) == ([], None)
    assert changed["toggles"] == [{"id": name, "on": True, "level": None, "schedule": night}]
    refused = admin.patch(where, json={"name": "Kids", "devices": [99]})
    assert refused.status_code == 404 and admin.get(where).json() == changed, "all or none"
    assert admin.patch(where, json={"schedule": 99}).status_code == 404
    assert admin.patch(where, json={"upstreams": ["x://y"]}).status_code == 422


def test_what_makes_no_sense_is_refused_and_changes_nothing(bare: TestClient) -> None:
    refused = bare.post("/groups", json={"name": "Children", "answer": "no such word!"})
    assert refused.status_code == 422 and "is no answer" in refused.json()["detail"]
    assert bare.get("/groups").json()["items"] == []
    assert bare.post("/groups", json={"name": ""}).status_code == 422
    assert bare.patch("/groups/9", json={"answer": ""}).status_code == 404
    assert bare.delete("/groups/9").status_code == 404


def test_upstreams_that_are_this_appliance_are_refused(bare: TestClient) -> None:
    refused = bare.post("/groups", json={"name": "Children", "upstreams": ["127.0.0.1"]})
    assert refused.status_code == 422 and "itself in a circle" in refused.json()["detail"]
    assert bare.get("/groups").json()["items"] == []

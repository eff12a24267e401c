# SPDX-License-Identifier: GPL-3.0-or-later
"""The history over HTTP: each call that changed something names its change, and one call takes it back."""

from fastapi.testclient import TestClient


def test_a_call_names_its_change_and_another_takes_it_back(bare: TestClient) -> None:
    made = bare.post("/groups", json={"name": "Kids"})
    number = int(made.headers["Telltale-Change"])
    view = bare.get(f"/changes/{number}").json()
    assert (view["what"], view["origin"], view["undoable"]) == ("The group Kids is made.", "token", True)
    assert view["who"].startswith("the token ")
    assert view["rows"] == [{"table": "group", "before": None, "after": view["rows"][0]["after"]}]
    assert view["rows"][0]["after"]["name"] == "Kids"
    undone = bare.post(f"/changes/{number}/undo")
    assert undone.status_code == 201
    assert (undone.json()["what"], undone.json()["undoes"]) == ("Undone: The group Kids is made.", number)
    assert undone.headers["Telltale-Change"] == str(undone.json()["id"])
    assert bare.get("/groups").json()["items"] == []
    assert bare.get(f"/changes/{number}").json()["undone_by"] == undone.json()["id"]
    again = bare.post(f"/changes/{number}/undo")
    assert again.status_code == 422 and "undone already" in again.json()["detail"]
    assert bare.post(f"/changes/{undone.json()['id']}/undo", json={"later": False}).status_code == 201
    assert [group["name"] for group in bare.get("/groups").json()["items"]] == ["Kids"]


def test_what_only_reads_or_alters_nothing_names_none(bare: TestClient) -> None:
    assert "Telltale-Change" not in bare.get("/groups").headers
    assert "Telltale-Change" in bare.put("/settings", json={"log_keep_days": 9}).headers
    assert "Telltale-Change" not in bare.put("/settings", json={"log_keep_days": 9}).headers
    assert "Telltale-Change" not in bare.post("/groups", json={"name": "\n"}).headers


def test_a_setting_that_is_undone_holds_at_once(bare: TestClient) -> None:
    number = bare.put("/settings", json={"log_keep_days": 9}).headers["Telltale-Change"]
    bare.post(f"/changes/{number}/undo")
    values = {item["key"]: item["value"] for item in bare.get("/settings").json()["items"]}
    assert values["log_keep_days"] != 9


def test_a_later_change_in_the_way_is_named(bare: TestClient) -> None:
    first = bare.post("/groups", json={"name": "Kids"})
    scope = f"group:{first.json()['id']}"
    later = bare.post("/rules", json={"kind": "block", "name": "games.example", "scope": scope})
    number = first.headers["Telltale-Change"]
    refused = bare.post(f"/changes/{number}/undo")
    assert refused.status_code == 409
    assert refused.json()["change"] == int(later.headers["Telltale-Change"])
    assert "games.example is blocked for Kids" in refused.json()["detail"]
    assert bare.post(f"/changes/{number}/undo", json={"later": True}).status_code == 201
    assert bare.get("/groups").json()["items"] == [] == bare.get("/rules").json()["items"]


def test_several_are_looked_at_and_taken_back_as_one(bare: TestClient) -> None:
    numbers = [int(bare.post("/groups", json={"name": name}).headers["Telltale-Change"]) for name in ("Kids", "Guests")]
    seen = bare.post("/changes/undo/preview", json={"changes": numbers})
    assert seen.json() == {"possible": True, "why": "", "change": None, "rows": 2,
                           "changes": ["The group Guests is made.", "The group Kids is made."]}  # fmt: skip
    assert "Telltale-Change" not in seen.headers and len(bare.get("/groups").json()["items"]) == 2
    undone = bare.post("/changes/undo", json={"changes": numbers})
    assert undone.status_code == 201 and bare.get("/groups").json()["items"] == []
    assert undone.json()["what"] == "Undone: 2 changes, the newest of them: The group Guests is made."
    assert bare.post(f"/changes/{undone.json()['id']}/undo").json()["what"].startswith("Again: 2 changes")
    assert len(bare.get("/groups").json()["items"]) == 2


def test_several_of_which_one_cannot_be_are_left_as_they_are(bare: TestClient) -> None:
    first, other = (bare.post("/groups", json={"name": name}) for name in ("Kids", "Guests"))
    scope = f"group:{first.json()['id']}"
    later = bare.post("/rules", json={"kind": "block", "name": "games.example", "scope": scope})
    body = {"changes": [int(answer.headers["Telltale-Change"]) for answer in (first, other)]}
    seen = bare.post("/changes/undo/preview", json=body).json()
    assert not seen["possible"] and "games.example" in seen["why"]
    assert seen["change"] == int(later.headers["Telltale-Change"])
    refused = bare.post("/changes/undo", json=body)
    assert (refused.status_code, refused.json()["change"]) == (409, seen["change"])
    assert len(bare.get("/groups").json()["items"]) == 2
    for wrong in ({"changes": []}, {"changes": [0]}, {}):
        assert bare.post("/changes/undo", json=wrong).status_code == 422
    assert bare.post("/changes/undo", json={"changes": [9_999]}).status_code == 404
    assert "no change 9999" in bare.post("/changes/undo/preview", json={"changes": [9_999]}).json()["why"]


def test_page_by_page(bare: TestClient) -> None:
    for number in range(3):
        bare.post("/groups", json={"name": f"Group {number}"})
    page = bare.get("/changes", params={"limit": 2}).json()
    assert [item["what"] for item in page["items"]] == ["The group Group 2 is made.", "The group Group 1 is made."]
    rest = bare.get("/changes", params={"limit": 200, "cursor": page["next"]}).json()
    assert rest["items"][0]["what"] == "The group Group 0 is made." and rest["next"] is None


def test_what_is_no_change(bare: TestClient) -> None:
    assert bare.get("/changes/99").status_code == 404
    assert bare.post("/changes/99/undo").status_code == 404
    assert bare.post("/changes/0/undo").status_code == 422
    assert bare.post(f"/changes/{2**64}/undo").status_code == 422
    assert bare.get("/changes", params={"limit": 9999}).status_code == 422


def test_a_token_that_may_only_read_takes_nothing_back(bare: TestClient) -> None:
    token = bare.post("/tokens", json={"name": "reader", "scope": "read"}).json()["token"]
    number = bare.post("/groups", json={"name": "Kids"}).headers["Telltale-Change"]
    reads = {"Authorization": f"Bearer {token}"}
    assert bare.get("/changes", headers=reads).status_code == 200
    assert bare.post(f"/changes/{number}/undo", headers=reads).status_code == 403

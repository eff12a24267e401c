# SPDX-License-Identifier: GPL-3.0-or-later
from fastapi.testclient import TestClient


def test_the_engines_with_what_their_names_answer(bare: TestClient) -> None:
    said = bare.get("/safe-search").json()
    assert (said["setting"], said["items"]) == ("off", [])
    engines = {each["engine"]: each for each in said["engines"]}
    assert engines["bing"]["answers"] == {"": "strict.bing.com"}
    assert set(engines["youtube"]["answers"]) == {"strict", "moderate"}
    assert "www.google.co.uk" in engines["google"]["names"]


def test_on_for_a_scope_off_for_another_and_back(bare: TestClient) -> None:
    group = bare.post("/groups", json={"name": "Grown-ups"}).json()["id"]
    said = bare.put("/safe-search", json={"scope": "house", "engines": "all", "youtube": "moderate", "on": True}).json()
    assert len(said["items"]) == len(said["engines"])
    assert {"scope": "house", "engine": "youtube", "on": True, "level": "moderate", "schedule": None} in said["items"]
    off = {"scope": f"group:{group}", "engines": ["bing", "google"], "on": False}
    assert [each["engine"] for each in bare.put("/safe-search", json=off).json()["items"] if not each["on"]] == [
        "google", "bing",
    ]  # fmt: skip
    bare.put("/safe-search", json={**off, "on": None})
    assert all(each["scope"] == "house" for each in bare.get("/safe-search").json()["items"])


def test_what_makes_no_sense_is_refused_and_changes_nothing(bare: TestClient) -> None:
    for body, code in (
        ({"engines": ["altavista"]}, 422), ({"engines": "some"}, 422), ({"engines": []}, 422),
        ({"youtube": "kids"}, 422), ({"scope": "device:9"}, 404), ({"schedule": 9}, 404), ({"schedule": 0}, 422),
    ):  # fmt: skip
        assert bare.put("/safe-search", json=body).status_code == code, body
    assert bare.get("/safe-search").json()["items"] == []

# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests over the API: begun, looked at, stopped, compared; every number is an SQL count; errors are plain."""

import time
from typing import Any

import pytest
from lived_in_home import TV, XIAOMI
from own_devices import ask
from tested_home import CALL, MINUTE_US, over, post

from store.household import pauses


def test_one_is_begun_looked_at_and_stopped(visitor: Any) -> None:
    made = post(visitor, CALL, device=1, minutes=60, title="Before the update")
    assert made.status_code == 201
    item = made.json()
    assert (item["device"], item["title"], item["state"], item["blocking"]) == (
        "Redmi Note 13", "Before the update", "running", "on",
    )  # fmt: skip
    assert item["minutes"] == 60 and 3000 < item["left_seconds"] <= 3600
    ask(visitor.home, XIAOMI, ("data.mistat.xiaomi.com", "PASS", 0), ("other.example", "BLOCK", 0))
    ask(visitor.home, TV, ("tv.example", "PASS", 0))
    shown = visitor.get(f"{CALL}/{item['id']}").json()
    assert {name["name"] for name in shown["names"]} == {"data.mistat.xiaomi.com", "other.example"}
    assert (shown["leaked"], shown["counts"]["lookups_blocked"]) == (1, 1)
    stopped = post(visitor, f"{CALL}/{item['id']}/stop").json()
    assert stopped["state"] == "over" and stopped["stopped"] and stopped["left_seconds"] == 0
    assert post(visitor, f"{CALL}/{item['id']}/stop").json() == stopped
    limits = visitor.get(f"{CALL}/{item['id']}").json()["limits"]
    assert limits[0] == "It was stopped before its time." and "not what was sent there" in limits[-2]


def test_every_number_of_one_that_is_over_is_an_sql_count(visitor: Any) -> None:
    test = over(visitor.home, halves=True)
    shown = visitor.get(f"{CALL}/{test.id}").json()
    where = f"device_id = 1 AND time_us >= {test.from_us} AND time_us < {test.to_us}"
    per_name = visitor.home.sql(
        f"""SELECT name, count(*), sum(verdict = 'BLOCK'), sum(time_us < {test.unblocked_us}) FROM queries
            WHERE {where} GROUP BY name"""
    )
    assert {(name["name"], name["counts"]["queries"], name["counts"]["blocked"], name["unblocked"]["queries"])
            for name in shown["names"]} == set(per_name)  # fmt: skip
    whole = visitor.home.sql(f"SELECT count(*), sum(verdict = 'BLOCK') FROM queries WHERE {where}")[0]
    assert (shown["counts"]["queries"], shown["counts"]["blocked"]) == whole
    for part in ("queries", "blocked", "lookups", "lookups_answered"):
        assert sum(each["counts"][part] for each in shown["companies"]) == shown["counts"][part]
        assert sum(each[part] for each in shown["kinds"].values()) == shown["counts"][part]
    assert shown["settled"] is True and visitor.get(f"{CALL}/{test.id}").json()["computed"] == shown["computed"]


@pytest.mark.parametrize(("blocking", "minutes"), [("off", 60), ("halves", 30)])
def test_with_blocking_off_it_is_paused_for_that_device(visitor: Any, blocking: str, minutes: int) -> None:
    begun = int(time.time())
    item = post(visitor, CALL, device=1, minutes=60, blocking=blocking).json()
    (pause,) = pauses.pauses(visitor.engine())
    assert (pause.scope, pause.blocklist) == ("device:1", None) and pause.until is not None
    assert begun + 60 * minutes <= pause.until <= time.time() + 60 * minutes + 1 and item["unblocked_to"] is not None
    assert post(visitor, CALL, device=1, minutes=60).status_code == 422
    assert visitor.delete(f"{CALL}/{item['id']}", headers={"X-CSRF-Token": visitor.csrf}).status_code == 204
    assert pauses.pauses(visitor.engine()) == [] and visitor.get(f"{CALL}/{item['id']}").status_code == 404


def test_lists_titles_and_comparisons(visitor: Any) -> None:
    before, after = over(visitor.home, ago_us=MINUTE_US), over(visitor.home, ago_us=MINUTE_US, device=2)
    assert [item["id"] for item in visitor.get(CALL).json()["items"]] == [after.id, before.id]
    assert [item["id"] for item in visitor.get(f"{CALL}?device=1").json()["items"]] == [before.id]
    titled = visitor.patch(f"{CALL}/{before.id}", json={"title": " Old  one"}, headers={"X-CSRF-Token": visitor.csrf})
    assert titled.json()["title"] == "Old one"
    compared = visitor.get(f"{CALL}/{after.id}/compare?with={before.id}").json()
    assert (compared["before"]["id"], compared["after"]["id"]) == (before.id, after.id)
    assert {name["name"] for name in compared["new"]} == {
        "samsungads.com", "lcprd1.samsungcloudsolution.net", "netflix.com",
    }  # fmt: skip
    assert len(compared["gone"]) >= 3 and compared["same"] == 0


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"device": 99, "minutes": 60}, 404, "There is no device 99."),
        ({"device": 1, "minutes": 0}, 422, "A test takes 1 to 1,440 minutes."),
        ({"device": 1, "minutes": 1441}, 422, "A test takes 1 to 1,440 minutes."),
        ({"device": 1, "minutes": 60, "title": "x" * 101}, 422, "A title has 100 characters"),
        ({"device": 1, "minutes": 60, "blocking": "maybe"}, 422, "blocking"),
        ({"device": "1", "minutes": 60}, 422, "device"),
        ({"device": 1, "minutes": 60, "pause": True}, 422, "pause"),
    ],
)
def test_errors_are_plain(visitor: Any, body: dict[str, Any], status: int, words: str) -> None:
    refused = visitor.post(CALL, json=body, headers={"X-CSRF-Token": visitor.csrf})
    assert refused.status_code == status and words in refused.json()["detail"]
    assert visitor.get(CALL).json()["items"] == []


def test_what_is_not_there_is_told(visitor: Any) -> None:
    assert visitor.get(f"{CALL}/7").json()["detail"] == "There is no idle test 7."
    assert post(visitor, f"{CALL}/7/stop").status_code == 404
    test = over(visitor.home)
    assert visitor.get(f"{CALL}/{test.id}/compare?with=7").status_code == 404
    assert "the same one twice" in visitor.get(f"{CALL}/{test.id}/compare?with={test.id}").json()["detail"]


def test_nobody_begins_one_without_a_log_in(stranger: Any) -> None:
    assert stranger.get(CALL).status_code == 401
    assert stranger.post(CALL, json={"device": 1, "minutes": 60}).status_code == 401

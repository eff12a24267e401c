# SPDX-License-Identifier: GPL-3.0-or-later
"""A device tests itself, without log-in: its own tests alone, from its own page alone, without a pause."""

from collections.abc import Iterator
from typing import Any

import pytest
from lived_in_home import TV, XIAOMI, Home, _lived, _settled, home
from own_devices import Device, ask, at
from tested_home import over

from evidence.idle_test import idle_test_rows
from store.config import edit
from store.household import pauses
from webui.http.throttle import Throttle

pytestmark = pytest.mark.web
__all__ = ["_lived", "_settled", "home"]

CALL = "/api/v1/my/tests"
MISTAT = "data.mistat.xiaomi.com"


@pytest.fixture
def phone(home: Home) -> Iterator[Device]:
    with at(home, XIAOMI) as device:
        yield device


def test_it_begins_one_of_itself_and_sees_what_it_asks(phone: Device, home: Home) -> None:
    made = phone.post(CALL, json={"minutes": 30, "title": "Mine"})
    assert made.status_code == 201
    item = made.json()
    assert (item["device_id"], item["at_device"], item["blocking"], item["title"]) == (1, True, "on", "Mine")
    ask(home, XIAOMI, (MISTAT, "PASS", 0))
    ask(home, TV, ("secret.tv.example", "PASS", 0))
    shown = phone.get(f"{CALL}?id={item['id']}").json()
    assert shown["device"] == "Redmi Note 13" and [each["id"] for each in shown["items"]] == [item["id"]]
    assert [name["name"] for name in shown["test"]["names"]] == [MISTAT] and shown["test"]["leaked"] == 1
    stopped = phone.post(f"{CALL}/stop?id={item['id']}")
    assert stopped.json()["stopped"] is True
    assert phone.delete(f"{CALL}?id={item['id']}").status_code == 204
    assert phone.get(CALL).json()["items"] == []
    assert pauses.pauses(edit.engine(home.state)) == []


def test_it_sees_and_changes_no_others_test(phone: Device, home: Home) -> None:
    mine, by_admin, its = over(home, own=True), over(home, minutes=30, ago_us=0), over(home, device=2, own=True)
    assert [each["id"] for each in phone.get(CALL).json()["items"]] == [mine.id]
    for number in (by_admin.id, its.id, 99):
        assert phone.get(f"{CALL}?id={number}").json()["detail"] == f"There is no idle test {number}."
        assert phone.post(f"{CALL}/stop?id={number}").status_code == 404
        assert phone.delete(f"{CALL}?id={number}").status_code == 404
    with at(home, TV) as tv:
        assert [each["id"] for each in tv.get(CALL).json()["items"]] == [its.id]


def test_it_is_told_that_it_is_tested_and_not_what_came_of_it(phone: Device, home: Home) -> None:
    running = over(home, own=False, ago_us=-3_540_000_000)
    told = phone.get(CALL).json()
    assert told["tested_until"] is not None and told["items"] == []
    assert phone.post(f"{CALL}/stop?id={running.id}").status_code == 404
    assert "is being tested already" in phone.post(CALL, json={"minutes": 5}).json()["detail"]


@pytest.mark.parametrize("body", [{"minutes": 0}, {"minutes": 1441}, {"minutes": 5, "blocking": "off"}, {"device": 2},
                                  {"minutes": 5, "title": "x" * 101}])  # fmt: skip
def test_what_it_may_not_is_refused(phone: Device, body: dict[str, Any]) -> None:
    assert phone.post(CALL, json=body).status_code == 422
    assert phone.get(CALL).json()["items"] == []


def test_no_header_makes_it_another_device_and_no_other_site_begins_one(phone: Device, home: Home) -> None:
    over(home, device=2, own=True)
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert phone.get(CALL, headers={header: TV}).json()["items"] == []
    assert phone.post(CALL, json={"minutes": 5}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert phone.post(CALL, json={"minutes": 5}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert phone.post(CALL, content=b'{"minutes": 5}', headers={"Content-Type": "text/plain"}).status_code == 415
    assert phone.get(CALL).json()["items"] == []


def test_who_is_not_known_has_none(home: Home) -> None:
    with at(home, "192.168.1.222") as stranger:
        assert stranger.get(CALL).status_code == 404
        assert stranger.post(CALL, json={"minutes": 5}).status_code == 404


def test_so_many_tests_and_tries_and_no_more(phone: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_test_rows, "MAX_OWN_OF_ONE", 2)
    for _ in range(2):
        number = phone.post(CALL, json={"minutes": 5}).json()["id"]
        phone.post(f"{CALL}/stop?id={number}")
    assert "without a log-in" in phone.post(CALL, json={"minutes": 5}).json()["detail"]
    phone.app.state.ui.own_writes = Throttle(own=(1, 60.0), house=(60, 1.0))  # type: ignore[attr-defined]
    assert [phone.post(CALL, json={"minutes": 0}).status_code for _ in range(2)] == [422, 429]

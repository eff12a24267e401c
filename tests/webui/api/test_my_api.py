# SPDX-License-Identifier: GPL-3.0-or-later
"""One's own device over the API: its own rows alone, let through by itself where it may, for a quarter of an hour."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from lived_in_home import TV, XIAOMI, Home, _lived, _settled, home, moved
from own_devices import Device, ask, at

from store.base import db
from store.config import edit
from store.household import exceptions, pauses, requests
from webui.http.throttle import Throttle

pytestmark = pytest.mark.web
__all__ = ["_lived", "_settled", "home"]

API = "/api/v1/my"
MINE, ITS = "pay.shop.example", "secret.tv.example"
FOREIGN = {"Origin": "http://evil.example"}


@pytest.fixture
def asked(home: Home) -> Home:
    """The phone and the TV were each blocked a name by their rule a moment ago."""
    engine = edit.engine(home.state)
    for name in (MINE, ITS):
        edit.add_rule(engine, "block", name)
    ask(home, XIAOMI, ("www.shop.example", "PASS", 31), (MINE, "BLOCK", 30), list_id="own")
    ask(home, TV, (ITS, "BLOCK", 20), list_id="own")
    return home


@pytest.fixture
def phone(asked: Home) -> Iterator[Device]:
    with at(asked, XIAOMI) as device:
        yield device


def test_it_shows_what_was_blocked_likeliest_first_with_reasons(phone: Device) -> None:
    mine = phone.get(API).json()
    assert (mine["device"], mine["may"], mine["why"]) == ("Redmi Note 13", "yes", None)
    first = mine["blocked"][0]
    assert (first["name"], first["may"], first["list"]) == (MINE, "yes", "own")
    assert "same site as www.shop.example" in " ".join(first["reasons"])
    assert ITS not in json.dumps(mine) and "TV" not in json.dumps(mine)


def test_a_tap_lets_a_name_through_there_for_a_quarter_of_an_hour_and_can_be_undone(
    phone: Device, asked: Home
) -> None:
    begun = int(time.time())
    made = phone.post(f"{API}/exceptions", json={"name": MINE})
    assert made.status_code == 201
    exception = made.json()
    assert (exception["scope"], exception["name"], exception["who"]) == ("device:1", MINE, "Redmi Note 13")
    assert 899 - (time.time() - begun) <= exception["left_seconds"] <= 900
    assert [row["name"] for row in phone.get(API).json()["exceptions"]] == [MINE]
    with at(asked, TV) as tv:
        assert tv.get(API).json()["exceptions"] == []
        assert tv.delete(f"{API}/exceptions?id={exception['id']}").status_code == 404
    assert phone.delete(f"{API}/exceptions?id={exception['id']}").status_code == 204
    assert exceptions.exceptions(edit.engine(asked.state)) == []


def test_what_is_not_blocked_for_it_can_not_be_let_through(phone: Device, asked: Home) -> None:
    for name in ("com", "example", "shop.example", "harmless.org"):
        refused = phone.post(f"{API}/exceptions", json={"name": name})
        assert refused.status_code == 422 and "is not blocked for this device" in refused.json()["detail"], name
    assert phone.post(f"{API}/exceptions", json={"name": ITS}).status_code == 201, "by a rule of the house, for it too"
    assert phone.post(f"{API}/exceptions", json={"name": "<script>"}).status_code == 422


@pytest.mark.parametrize("list_id", ["service:tiktok", "schedule", "rebinding"])
def test_what_was_blocked_on_purpose_has_to_be_asked_for(home: Home, list_id: str) -> None:
    ask(home, XIAOMI, ("video.org", "BLOCK", 5), list_id=list_id)
    with at(home, XIAOMI) as phone:
        assert phone.get(API).json()["blocked"][0]["may"] == "ask"
        refused = phone.post(f"{API}/exceptions", json={"name": "video.org"})
        assert refused.status_code == 403 and "ask for it" in refused.json()["detail"]
        assert phone.post(f"{API}/requests", json={"name": "video.org", "note": "please"}).status_code == 201
        assert phone.get(API).json()["requests"][0]["granted"] is None
    assert [row.name for row in requests.waiting(edit.engine(home.state))] == ["video.org"]
    assert exceptions.exceptions(edit.engine(home.state)) == []


def test_what_leads_to_a_safe_search_is_not_blocked(home: Home) -> None:
    ask(home, XIAOMI, ("www.google.com", "BLOCK", 5), list_id="safe-search")
    with at(home, XIAOMI) as phone:
        told = phone.get(API).json()
        assert "www.google.com" not in str(told["blocked"]) and told["safe_search"] == ["www.google.com"]
        assert phone.post(f"{API}/exceptions", json={"name": "www.google.com"}).status_code == 422


@pytest.mark.parametrize(("may", "asking"), [("ask", 201), ("no", 403)])
def test_the_admin_chooses_who_may_alone(asked: Home, may: str, asking: int) -> None:
    edit.put_settings(edit.engine(asked.state), {"my_exceptions": may})
    with at(asked, XIAOMI) as phone:
        assert phone.get(API).json()["blocked"][0]["may"] == may
        assert phone.post(f"{API}/exceptions", json={"name": MINE}).status_code == 403
        assert phone.post(f"{API}/requests", json={"name": MINE}).status_code == asking
    assert exceptions.exceptions(edit.engine(asked.state)) == []


def test_a_group_or_a_device_may_differ(asked: Home) -> None:
    edit.put_settings(edit.engine(asked.state), {"my_exceptions": "no", "my_exceptions_for": ["device:1=ask"]})
    with at(asked, XIAOMI) as phone, at(asked, TV) as tv:
        assert (phone.get(API).json()["may"], tv.get(API).json()["may"]) == ("ask", "no")
        assert phone.post(f"{API}/requests", json={"name": MINE}).status_code == 201
        assert tv.post(f"{API}/requests", json={"name": ITS}).status_code == 403


def test_an_address_that_is_no_device_yet_is_told_so_and_can_do_nothing(asked: Home) -> None:
    with at(asked, "192.168.1.99") as newcomer:
        mine = newcomer.get(API).json()
        assert mine["device"] is None and "does not know this device" in mine["why"] and mine["blocked"] == []
        assert newcomer.post(f"{API}/exceptions", json={"name": MINE}).status_code == 404
        assert newcomer.post(f"{API}/requests", json={"name": MINE}).status_code == 404
        assert newcomer.delete(f"{API}/exceptions?id=1").status_code == 404


def test_a_stranger_gets_nothing(asked: Home) -> None:
    with at(asked, "8.8.8.8") as stranger:
        for answer in (stranger.get(API), stranger.get("/my"), stranger.post(f"{API}/exceptions", json={"name": MINE})):
            assert answer.status_code == 403 and MINE not in answer.text


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (FOREIGN, {"json": {"name": MINE}}, 403),
        ({"Origin": "null"}, {"json": {"name": MINE}}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, {"json": {"name": MINE}}, 403),
        ({"Sec-Fetch-Site": "same-site"}, {"json": {"name": MINE}}, 403),
        ({"Host": "evil.example"}, {"json": {"name": MINE}}, 421),
        ({"Content-Type": "text/plain"}, {"content": json.dumps({"name": MINE})}, 415),
        ({}, {"data": {"name": MINE}}, 403),
    ],
)
def test_another_web_site_can_not_let_anything_through(
    phone: Device, asked: Home, headers: dict[str, str], body: dict[str, Any], status: int
) -> None:
    for path in ("exceptions", "requests"):
        assert phone.post(f"{API}/{path}", headers=headers, **body).status_code == status
    engine = edit.engine(asked.state)
    assert exceptions.exceptions(engine) == requests.waiting(engine) == []


def test_taps_are_counted(phone: Device, asked: Home) -> None:
    answers = [phone.post(f"{API}/requests", json={"name": MINE}).status_code for _ in range(25)]
    assert answers[:20] == [201] * 20 and answers[-1] == 429
    assert "Retry-After" in phone.post(f"{API}/requests", json={"name": MINE}).headers
    looks = [phone.get(API).status_code for _ in range(40)]
    assert looks[0] == 200 and looks[-1] == 429


def test_it_tells_of_the_pauses_of_this_device_alone(phone: Device, asked: Home) -> None:
    for scope in ("device:1", "device:2", "house"):
        pauses.pause(edit.engine(asked.state), scope)
    assert [pause["scope"] for pause in phone.get(API).json()["pauses"]] == ["device:1"]


CLAIM = st.sampled_from([TV, "2", "device:2", f"for={TV}", "127.0.0.1", "Living room TV", "telltale", "::1"])
HEADER = st.sampled_from(
    ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Client-IP", "True-Client-IP", "Referer", "X-Forwarded-Host"]
)
PARAMETER = st.sampled_from(["device", "client", "id", "address", "scope", "name", "list"])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, _lived: Home) -> Iterator[tuple[Home, Device]]:
    made = moved(_lived, tmp_path_factory.mktemp("fuzzed"))
    edit.add_rule(edit.engine(made.state), "block", ITS, scope="device:2")
    ask(made, TV, (ITS, "BLOCK", 20), list_id="own")
    with at(made, XIAOMI) as device:
        yield made, device


@settings(max_examples=examples(60), deadline=None)
@given(st.dictionaries(HEADER, CLAIM), st.dictionaries(PARAMETER, CLAIM), st.integers(1, 5))
def test_whatever_is_forged_another_device_s_rows_are_never_in_an_answer(
    shared: tuple[Home, Device], headers: dict[str, str], parameters: dict[str, str], number: int
) -> None:
    made, device = shared
    state = device.app.state.ui  # type: ignore[attr-defined]
    state.own_reads, state.own_writes = Throttle(own=(99, 1.0)), Throttle(own=(99, 1.0))
    with closing(db.connect(made.state / "config.db")) as con:
        con.execute("DELETE FROM exception")
    other = exceptions.let_through(edit.engine(made.state), "device:2", ITS, int(time.time()) + 600)
    answers = [
        device.get(API, headers=headers, params=parameters),
        device.get("/my", headers=headers, params=parameters),
        device.post(f"{API}/exceptions", headers=headers, params=parameters, json={"name": ITS, "scope": "device:2"}),
        device.delete(f"{API}/exceptions", headers=headers, params={**parameters, "id": str(other.id)}),
        device.get(f"/api/v1/devices/{number}", headers=headers),
        device.get("/api/v1/queries", headers=headers, params=parameters),
    ]
    for answer in answers[:2]:
        assert answer.status_code == 200 and "Redmi Note 13" in answer.text
    assert [answer.status_code for answer in answers[2:]] == [422, 404, 401, 401]
    for answer in (*answers[:2], *answers[4:]):
        assert ITS not in answer.text and "samsung" not in answer.text.lower()
    assert [row.scope for row in exceptions.exceptions(edit.engine(made.state))] == ["device:2"]

# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /evidence/whatif: the shape, in the background too, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from webui.route_table import PREFIX

pytestmark = [pytest.mark.process, pytest.mark.web]

CALL = f"{PREFIX}/evidence/whatif"
OFF = {"toggle": {"blocklist": "pack:xiaomi", "scope": "house", "on": False}}


def post(visitor: Any, **body: Any) -> Any:
    return visitor.post(CALL, json=body, headers={"X-CSRF-Token": visitor.csrf})


@pytest.mark.usefixtures("real_questions")
def test_an_effect_has_the_shape_of_the_contract_and_its_numbers_are_those_of_the_log(visitor: Any) -> None:
    answer = post(visitor, changes=[OFF], **{"from": "-24h"})
    assert answer.status_code == 200, answer.text
    effect = answer.json()
    home = visitor.home
    assert effect["queries"] == home.sql("SELECT count(*) FROM queries")[0][0]
    blocked = home.sql("SELECT count(*), count(DISTINCT name) FROM queries WHERE name = 'sdkconfig.ad.xiaomi.com'")[0]
    assert effect["more"]["queries"] == 0 and effect["less"]["queries"] >= blocked[0] > 0
    assert effect["less"]["devices"] == 1 and effect["less"]["by_device"][0]["name"] == "Redmi Note 13"
    assert effect["less"]["by_company"][0]["company"] == "Xiaomi"
    name = next(each for each in effect["names"] if each["name"] == "sdkconfig.ad.xiaomi.com")
    assert name == {"name": "sdkconfig.ad.xiaomi.com", "company": "Xiaomi", "queries": blocked[0], "before": blocked[0],
                    "after": 0, "devices": 1}  # fmt: skip
    assert effect["from"] < effect["first"] <= effect["last"] < effect["to"]


def test_in_the_background_it_can_be_watched_and_given_up(visitor: Any) -> None:
    started = post(visitor, changes=[OFF, {"rule": {"kind": "block", "name": "netflix.com"}}], background=True)
    assert started.status_code == 202
    number = started.json()["id"]
    visitor.app.state.ui.questions.find(number).wait()
    known = visitor.get(f"{CALL}/{number}").json()
    assert known["done"] and known["share"] == 1.0
    assert any(each["kind"] == "used" and each["name"] == "netflix.com" for each in known["effect"]["warnings"])
    assert visitor.delete(f"{CALL}/{number}", headers={"X-CSRF-Token": visitor.csrf}).status_code == 204
    assert visitor.get(f"{CALL}/{number}").status_code == 404


@pytest.mark.parametrize(("body", "words"), [
    ({"changes": []}, "at least one"), ({"changes": [{"toggle": {}}]}, "needs"), ({}, "changes"),
    ({"changes": [OFF], "from": "soon"}, "no time"), ({"changes": [OFF], "from": "-1h", "to": "-2h"}, "earlier"),
    ({"changes": [OFF], "form": "-1h"}, "form"),
    ({"changes": [{"source": "/etc/passwd"}]}, "command line"),
    ({"changes": [{"source": "http://169.254.169.254/x"}]}, "cannot come from"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_before_anything_is_begun(visitor: Any, body: Any, words: str) -> None:
    answer = post(visitor, **body)
    assert answer.status_code == 422 and words in answer.text


def test_what_the_edit_would_refuse_is_refused(visitor: Any) -> None:
    answer = post(visitor, changes=[{"toggle": {"blocklist": "nowhere"}}])
    assert answer.status_code == 422 and "There is no blocklist 'nowhere'" in answer.json()["detail"]

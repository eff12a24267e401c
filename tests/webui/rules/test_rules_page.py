# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: one click in the log, a form, an undo."""

import re
from typing import Any

import pytest

from store.config import edit
from store.household import groups as household_groups


def rules(visitor: Any) -> list[tuple[str, str]]:
    return [(rule.kind, rule.name) for rule in edit.rules(visitor.engine())]


def test_add_by_form_and_see_it(visitor: Any) -> None:
    response = visitor.form("/rules", kind="block", name="Ads.Example.COM.", comment="<u>noisy</u>")
    assert response.headers["location"] == "/blocklists/rules#rule-1"
    assert rules(visitor) == [("block", "ads.example.com")]
    page = visitor.get("/blocklists/rules").text
    assert "ads.example.com" in page
    assert "&lt;u&gt;noisy&lt;/u&gt;" in page


def test_every_kind_of_rule_by_form(visitor: Any) -> None:
    group = household_groups.add_group(visitor.engine(), "Children")
    visitor.form("/rules", kind="block", name="alone.example", reach="alone", scope=f"group:{group}")
    visitor.form("/rules", kind="block", name="^ads?[0-9]", reach="found", types="aaaa", answer="nxdomain")
    visitor.form("/rules", kind="allow", name="x$", reach="not found", types="~A")
    held = [
        (rule.kind, rule.form, rule.name, rule.subdomains, rule.types, rule.inverted, rule.answer, rule.scope_kind)
        for rule in edit.rules(visitor.engine())
    ]
    assert held == [
        ("block", "name", "alone.example", False, "", False, "", "group"),
        ("block", "regex", "^ads?[0-9]", False, "AAAA", False, "nxdomain", "house"),
        ("allow", "regex", "x$", False, "~A", True, "", "house"),
    ]
    page = visitor.get("/blocklists/rules").text
    assert f'<option value="group:{group}">Children</option>' in page
    assert "every name in which it is found, type AAAA" in page and "answered nxdomain" in page
    assert "every name in which it is not found, all types but A" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "(?=x)y", "reach": "found"}, "expression"),
        ({"name": "([a-z]{1,900}){1,900}", "reach": "found"}, "expression"),
        ({"name": "(", "reach": "found"}, "expression"),
        ({"name": "a.example", "types": "NOPE"}, "is no query type"),
        ({"name": "a.example", "answer": "what is this?"}, "is no answer"),
        ({"name": "a.example", "scope": "device:99"}, "There is no device 99"),
    ],
)
def test_what_cannot_be_held_is_refused_in_a_sentence(visitor: Any, fields: dict[str, str], words: str) -> None:
    response = visitor.form("/rules", kind="block", **fields)
    assert response.status_code in (404, 422)
    assert words in response.text and "data-problem" in response.text
    assert rules(visitor) == []


def test_one_click_in_the_log_and_undo(visitor: Any) -> None:
    done = visitor.tap("/rules", kind="block", name="example.org", **{"from": "log"}).text
    assert "now blocked for the whole house, with all names below it" in done
    assert rules(visitor) == [("block", "example.org")]
    rule_id = re.search(r'name="id" value="(\d+)"', done)
    assert rule_id
    again = visitor.tap("/rules/remove", id=rule_id[1], kind="block", name="example.org", **{"from": "log"}).text
    assert rules(visitor) == []
    assert 'name="kind" value="block"' in again and "Block for all" in again


def test_one_click_for_a_device_and_undo(visitor: Any) -> None:
    fields = {"kind": "block", "name": "example.org", "scope": "device:1", "from": "log"}
    done = visitor.tap("/rules", **fields).text
    assert "now blocked for Redmi Note 13, with all names below it" in done
    assert [(rule.scope_kind, rule.scope_id) for rule in edit.rules(visitor.engine())] == [("device", 1)]
    rule_id = re.search(r'name="id" value="(\d+)"', done)
    assert rule_id
    again = visitor.tap("/rules/remove", id=rule_id[1], **fields).text
    assert rules(visitor) == []
    assert "Block for this device" in again and 'name="scope" value="device:1"' in again
    number = edit.add_rule(visitor.engine(), "block", "example.org", scope="device:1")
    elsewhere = visitor.tap("/rules/remove", id=str(number), called="Phone", **fields).text
    assert "Block for Phone alone" in elsewhere, "in the query log, the button names the device"


@pytest.mark.parametrize(
    ("allowed", "scope", "outdone"),
    [
        ("example.org", "house", True), ("org", "house", True), ("example.org", "device:1", True),
        ("example.org", "device:2", False), ("ads.example.org", "house", False),
    ],
)  # fmt: skip
def test_what_a_rule_that_allows_keeps_open_is_said(visitor: Any, allowed: str, scope: str, outdone: bool) -> None:
    edit.add_rule(visitor.engine(), "allow", allowed, scope=scope)
    done = visitor.tap("/rules", kind="block", name="example.org", scope="device:1", **{"from": "log"}).text
    assert ("your rule that allows" in done) is outdone
    verdict = visitor.get("/api/v1/explain?name=example.org&client=192.168.1.21").json()["verdict"]
    assert (verdict == "ALLOW") is outdone


def test_rules_of_a_page_say_whom_they_are_for(visitor: Any) -> None:
    for scope in ("house", "device:1"):
        edit.add_rule(visitor.engine(), "block", "example.org", scope=scope)
    page = visitor.get("/blocklists/rules").text
    assert "example.org, for the whole house" in page and "example.org, for Redmi Note 13" in page


def test_remove_from_the_list(visitor: Any) -> None:
    number = edit.add_rule(visitor.engine(), "allow", "example.net")
    response = visitor.tap("/rules/remove", id=str(number))
    assert rules(visitor) == []
    assert "<li" not in response.text
    assert visitor.form("/rules/remove", id=str(number)).status_code == 404


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "", "x" * 300, "a..b"])
def test_a_name_that_is_none_is_refused_in_words(visitor: Any, name: str) -> None:
    response = visitor.form("/rules", kind="block", name=name)
    assert response.status_code == 422
    assert "data-problem" in response.text
    assert "<script>alert" not in response.text
    assert rules(visitor) == []


def test_a_rule_blocks_or_allows(visitor: Any) -> None:
    assert visitor.form("/rules", kind="maybe", name="example.org").status_code == 422


def test_off_and_on_without_removing_it(visitor: Any) -> None:
    number = str(edit.add_rule(visitor.engine(), "block", "example.net"))
    off = visitor.tap("/rules/turn", id=number).text
    assert "off: decides nothing" in off and 'name="on" value="on"' in off
    assert visitor.get("/api/v1/explain?name=example.net").json()["verdict"] == "PASS"
    assert "off: decides nothing" not in visitor.tap("/rules/turn", id=number, on="on").text
    assert visitor.get("/api/v1/explain?name=example.net").json()["verdict"] == "BLOCK"


def test_changed_where_it_stands(visitor: Any) -> None:
    number = str(edit.add_rule(visitor.engine(), "block", "example.net"))
    fields = {"kind": "allow", "name": "www.example.net", "reach": "alone", "scope": "device:1", "for": "3600"}
    changed = visitor.tap("/rules/change", id=number, comment="shop", **fields).text
    assert f'id="rule-{number}"' in changed and "for Redmi Note 13" in changed and "until" in changed
    assert "autofocus" in changed, "the focus is where the form was"
    until = edit.rules(visitor.engine())[0].until
    visitor.tap("/rules/change", id=number, **{**fields, "for": "keep"})
    assert edit.rules(visitor.engine())[0].until == until is not None
    assert rules(visitor) == [("allow", "www.example.net")]
    assert visitor.form("/rules/change", id="99", kind="block", name="x.example").status_code == 404


def test_several_at_once(visitor: Any) -> None:
    for name in ("a.example", "b.example", "c.example"):
        edit.add_rule(visitor.engine(), "block", name)
    visitor.form("/rules/several", do="off", rule=["1", "2"])
    assert [row.on for row in edit.rules(visitor.engine())] == [False, False, True]
    visitor.form("/rules/several", do="on", rule=["1"])
    visitor.form("/rules/several", do="remove", rule=["2", "3"])
    assert rules(visitor) == [("block", "a.example")]
    assert "at least one rule" in visitor.form("/rules/several", do="off").text


def test_how_often_each_decided(visitor: Any) -> None:
    number = edit.add_rule(visitor.engine(), "block", "example.net")
    told = visitor.get(f"/blocklists/rules/hits?ids={number},77").text
    assert f'id="hits-{number}"' in told and "decided nothing in 30 days" in told and "hits-77" not in told
    assert visitor.get("/blocklists/rules/hits?ids=x").status_code == 422

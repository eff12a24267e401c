# SPDX-License-Identifier: GPL-3.0-or-later
"""A name tried: what becomes of it now, and with a rule that is not saved."""

from typing import Any

import pytest

from store.config import edit

pytestmark = [pytest.mark.web, pytest.mark.database]
PHONE = "192.168.1.21"


def tried(visitor: Any, **params: str) -> str:
    return str(visitor.get("/blocklists/rules/test", params=params, headers={"HX-Request": "true"}).text)


def test_now_and_with_the_rule(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "block", "ads.example")
    told = tried(visitor, test="www.ads.example")
    assert "Blocked by a rule of your own: ||ads.example^" in told and "With the rule" not in told
    told = tried(visitor, test="www.ads.example", kind="allow", name="www.ads.example", reach="alone")
    assert "Allowed by a rule of your own: @@www.ads.example" in told and "for the whole house" in told
    assert "The rule changes nothing" in tried(visitor, test="www.ads.example", kind="block", name="ads.example")
    assert len(edit.rules(visitor.engine())) == 1, "nothing is saved"


def test_for_whom_the_rule_would_be(visitor: Any) -> None:
    rule = {"test": "a.example", "kind": "block", "name": "a.example", "scope": "device:1"}
    assert tried(visitor, at=PHONE, **rule).count("Blocked by") == 1
    assert "Blocked by" not in tried(visitor, at="192.168.1.30", **rule)


def test_the_same_rule_that_is_off_counts_as_on(visitor: Any) -> None:
    number = edit.add_rule(visitor.engine(), "block", "a.example")
    visitor.form("/rules/turn", id=str(number))
    told = tried(visitor, test="a.example", kind="block", name="a.example")
    assert "Nothing blocks it" in told and "Blocked by a rule of your own" in told


@pytest.mark.parametrize(
    ("params", "words"),
    [({}, "Write the name"), ({"test": "a b"}, "a b"), ({"test": "a.example", "name": "((("}, "expression"),
     ({"test": "a.example", "name": "b.example", "scope": "moon"}, "no scope")],
)  # fmt: skip
def test_what_makes_no_sense_is_said(visitor: Any, params: dict[str, str], words: str) -> None:
    told = tried(visitor, **params)
    assert "data-problem" in told and words in told


def test_without_scripts_it_is_a_page(visitor: Any) -> None:
    assert "<!doctype html>" in visitor.get("/blocklists/rules/test?test=a.example").text.lower()

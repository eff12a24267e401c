# SPDX-License-Identifier: GPL-3.0-or-later
"""The first step: nothing that was typed is lost, and each fault stands beside its field."""

from __future__ import annotations

import re
from typing import Any

import pytest

from store.base import secret
from store.config import account, edit
from webui.frame import first_run_marks

pytestmark = [pytest.mark.web, pytest.mark.database]

GOOD = "correct horse battery"


def set_up(browser: Any, **fields: str) -> Any:
    filled = {"code": secret.setup_code(browser.home.state), "password": GOOD, "again": GOOD}
    return browser.post("/setup", data=filled | fields)


def test_it_leads_on_to_the_next_step(fresh: Any) -> None:
    assert "<h1>Welcome to Telltale</h1>" in fresh.get("/setup").text
    assert set_up(fresh).headers["location"] == "/setup/block"
    assert fresh.get("/setup").headers["location"] == "/setup/block", "whoever comes back goes on there"
    assert first_run_marks.is_open(fresh.home.state)
    assert 'href="/setup/check"' in fresh.get("/").text, "and finds the way from every page"


@pytest.mark.parametrize(
    ("fields", "status", "field", "words"),
    [
        ({"code": "AAAA-AAAA"}, 403, "code", "not the set-up code"),
        ({"code": " "}, 422, "code", "Type the code"),
        ({"again": "something else"}, 422, "again", "differ"),
        ({"password": "short", "again": "short"}, 422, "password", "At least 8 characters; this has 5."),
        ({"password": "Password1", "again": "Password1"}, 422, "password", "tried first"),
        ({"password": "a line\nbreak", "again": "a line\nbreak"}, 422, "password", "line break"),
    ],
)
def test_a_fault_wipes_nothing_and_stands_beside_its_field(
    fresh: Any, fields: dict[str, str], status: int, field: str, words: str
) -> None:
    response = set_up(fresh, **fields)
    assert response.status_code == status
    wrong = re.findall(r'<input id="(\w+)"[^>]*aria-invalid="true"', response.text)
    assert wrong == [field] and words in response.text
    [named] = re.findall(rf'<input id="{field}"[^>]*aria-describedby="[^"]*({field}-fault)"', response.text)
    assert f'id="{named}"' in response.text
    assert re.findall(r'<input id="(\w+)"[^>]*autofocus', response.text) == [field]
    if "\n" not in fields.get("password", ""):
        for name, value in ({"password": GOOD, "again": GOOD} | fields).items():
            assert re.search(rf'name="{name}" value="{re.escape(value)}"', response.text), name
    assert not account.has_password(edit.engine(fresh.home.state))


def test_strength_is_told_while_it_is_typed(fresh: Any) -> None:
    told = [fresh.post("/setup/strength", data={"password": text}).json() for text in ("abc", "password1", GOOD)]
    assert [each["strength"] for each in told] == ["short", "common", "strong"]
    assert [each["refused"] for each in told] == [True, True, False] and all(each["why"] for each in told)
    german = fresh.post("/setup/strength", data={"password": "abc"}, headers={"Accept-Language": "de"}).json()
    assert german["strength"] == "short"


def test_what_is_typed_is_no_markup(fresh: Any) -> None:
    page = set_up(fresh, code='"><b>', password='"><i>longer', again="x").text
    assert "\"><b>" not in page and "<i>longer" not in page


def test_the_common_are_refused_whichever_way_they_come(fresh: Any) -> None:
    answer = fresh.post("/api/v1/setup", json={"password": "password1", "code": secret.setup_code(fresh.home.state)})
    assert answer.status_code == 422 and "tried first" in answer.text

# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of what-if, and what the links beside toggles, the form of rules and a group's page show."""

from __future__ import annotations

import re
from typing import Any

import pytest

from evidence.whatif.whatif_jobs import Failed

pytestmark = [pytest.mark.process, pytest.mark.web]

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine takes longer for an answer than a person is to wait."""
    monkeypatch.setattr("webui.evidence.whatif_page.WAIT_SECONDS", 600.0)


def asked(visitor: Any, path: str = "", *, script: bool = True, **fields: Any) -> Any:
    return visitor.post(
        f"/evidence/whatif{path}", data={"csrf": visitor.csrf, "range": "24h", **fields}, headers=HTMX if script else {}
    )  # fmt: skip


@pytest.mark.usefixtures("real_questions")
def test_the_page_asks_and_answers_without_a_script_too(visitor: Any) -> None:
    page = visitor.get("/evidence/whatif?change=off+pack:xiaomi").text
    assert 'value="off pack:xiaomi"' in page
    answer = asked(visitor, script=False, change="off pack:xiaomi").text
    assert "<html" in answer and "less, for" in answer and "sdkconfig.ad.xiaomi.com" in answer
    assert "Redmi Note 13" in answer


def test_the_whole_answer_comes_to_the_page_that_asked(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.evidence.whatif_page.WAIT_SECONDS", 0.0)
    page = asked(visitor, script=False, change="off pack:xiaomi").text
    (address,) = re.findall(r'hx-get="(/evidence/whatif/job[^"]*)"', page)
    number = re.search(r"id=([0-9a-f]+)", address)
    assert number
    visitor.app.state.ui.questions.find(number[1]).wait()
    done = visitor.get(address.replace("&amp;", "&"), headers=HTMX)
    whole = visitor.get(done.headers["hx-redirect"]).text
    assert "less, for" in whole and "sdkconfig.ad.xiaomi.com" in whole and 'value="off pack:xiaomi"' in whole
    assert '<option value="24h" selected>' in whole
    gone = visitor.get(done.headers["hx-redirect"].replace(number[1], "0")).text
    assert 'value="off pack:xiaomi"' in gone and "less, for" not in gone
    assert "hx-redirect" not in visitor.get(f"/evidence/whatif/job?id={number[1]}", headers=HTMX).headers


def test_each_kind_of_preview_answers_in_a_fragment(visitor: Any) -> None:
    assert "/evidence/whatif?change=off%20pack%3Axiaomi" in visitor.get("/blocklists/packs").text
    assert 'formaction="/evidence/whatif/rule"' in visitor.get("/blocklists/rules").text
    for path, fields in (
        ("", {"change": "off pack:xiaomi"}),
        ("/rule", {"kind": "block", "name": "netflix.com", "comment": "x", "scope": "house"}),
        ("/rule", {"kind": "block", "name": "netflix", "reach": "found", "types": "A"}),
    ):
        answer = asked(visitor, path, **fields)
        assert answer.status_code == 200, answer.text
        assert "<html" not in answer.text and re.search("blocked [0-9,]+ quer(y|ies) (more|less), for", answer.text)


def test_a_group_is_asked_about_by_the_form_of_its_page(visitor: Any) -> None:
    headers = {"X-CSRF-Token": visitor.csrf}
    number = visitor.post("/api/v1/groups", json={"name": "Children"}, headers=headers).json()["id"]
    page = visitor.get(f"/groups/{number}").text
    assert 'formaction="/evidence/whatif/group"' in page and 'formaction="/evidence/whatif/toggle"' in page
    assert "Nobody comes or goes." in asked(visitor, "/group", number=number).text
    off = {"scope": f"group:{number}", "on": False}
    visitor.put("/api/v1/blocklists/pack:xiaomi/toggle", json=off, headers=headers)
    assert "less, for" in asked(visitor, "/group", number=number, device=[1, 2], name="Children").text
    answer = asked(visitor, "/toggle", list="service:netflix", on="on", scope=f"group:{number}", schedule="")
    assert "changed nothing" in answer.text
    assert asked(visitor, "/group", number=99).status_code == 404


def test_what_makes_no_sense_is_told_in_words(visitor: Any) -> None:
    for path, fields, words in (
        ("", {"change": "nonsense"}, "begins no change"), ("", {"change": "list /etc/passwd"}, "command line"),
        ("/rule", {"kind": "block", "name": "10.0.0.1"}, "address"), ("", {"change": "on nowhere"}, "no blocklist"),
    ):
        answer = asked(visitor, path, **fields)
        assert answer.status_code == 422 and words in answer.text
    assert visitor.get("/evidence/whatif/job?id=gone").status_code == 404


@pytest.mark.parametrize(("path", "fields", "words", "trouble"), [
    ("", {"change": "block tikt ok.com"}, "block tikt ok.com", "begins no change"),
    ("", {"change": ""}, "", "Say 1 to 20 changes"),
    ("", {"change": "on nowhere"}, "on nowhere", "There is no blocklist"),
    ("", {"change": "list http://127.0.0.1/x.txt"}, "list http://127.0.0.1/x.txt", "this machine itself"),
    ("/rule", {"kind": "block", "name": "10.0.0.1"}, "block 10.0.0.1 for house", "address"),
])  # fmt: skip
def test_who_mistypes_stays_on_the_page_with_what_was_typed(
    visitor: Any, path: str, fields: dict[str, str], words: str, trouble: str
) -> None:
    answer = asked(visitor, path, script=False, **{**fields, "range": "30d"})
    assert answer.status_code == 422 and 'action="/evidence/whatif"' in answer.text
    field = re.search(r'<input type="text" name="change".*?</label>', answer.text)
    assert field and f'value="{words}"' in field[0] and 'aria-invalid="true"' in field[0]
    shown = re.search(r'<small id="change-trouble"[^>]*>(.*?)</small>', field[0])
    assert shown and trouble in shown[1]
    assert '<option value="30d" selected>' in answer.text


def test_trouble_that_shows_late_stands_where_the_answer_was_to_stand(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.evidence.whatif_page.WAIT_SECONDS", 0.0)
    number = re.search(r"job\?id=([0-9a-f]+)", asked(visitor, change="on nowhere").text)
    assert number
    with pytest.raises(Failed):
        visitor.app.state.ui.questions.find(number[1]).wait()
    answer = visitor.get(f"/evidence/whatif/job?id={number[1]}")
    assert answer.status_code == 200 and "There is no blocklist" in answer.text and "<html" not in answer.text


def test_a_question_that_takes_long_shows_how_far_it_is_and_can_be_given_up(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.evidence.whatif_page.WAIT_SECONDS", 0.0)
    answer = asked(visitor, change="off pack:xiaomi").text
    number = re.search(r"job\?id=([0-9a-f]+)", answer)
    assert number and "so far" in answer
    visitor.app.state.ui.questions.find(number[1]).wait()
    assert "less, for" in visitor.get(f"/evidence/whatif/job?id={number[1]}&range=24h").text
    assert asked(visitor, "/cancel", job=number[1]).status_code == 200
    assert visitor.get(f"/evidence/whatif/job?id={number[1]}").status_code == 404

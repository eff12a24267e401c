# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs a look: the bell counts what its page shows, and what was looked at can be called back."""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import replace
from typing import Any

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Cause, Finding, FindingKind
from store.household import requests

NOW = time.time_ns() // 1000
NAMES = ("a.example", "b.example")
LEAK = Finding(FindingKind.LEAK, 1, "Xiaomi", "Xiaomi", NAMES, NOW - 9, NOW, 7, cause=Cause.NO_LIST)
QUIET = replace(LEAK, kind=FindingKind.NEW_NAME, key="quiet.example", device_id=2, confidence=0.4)


def count(visitor: Any) -> int:
    return int(re.findall(r'data-count="(\d+)"', visitor.get("/attention/count").text)[0])


def shown(visitor: Any) -> list[str]:
    wants = re.split('id="(?:worth|past)"', visitor.get("/attention").text)[0]
    return re.findall(r'<li id="(problem|request|finding)-', wants)


def test_the_bell_counts_what_its_page_shows_the_weightiest_first(visitor: Any) -> None:
    ill = shown(visitor)
    assert ill and set(ill) == {"problem"} and count(visitor) == len(ill)  # nothing runs in this home
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [LEAK, QUIET], NOW)
    requests.ask_for(visitor.engine(), 1, "wanted.example", "")
    assert shown(visitor) == [*ill, "request", "finding"] and count(visitor) == len(ill) + 2


def test_what_is_seen_or_muted_goes_is_told_and_comes_again(visitor: Any) -> None:
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [LEAK], NOW)
    before, sentence = count(visitor), "Tracking by Xiaomi was answered for Redmi Note 13 7 times."
    for state in ("seen", "muted"):
        sent = visitor.form("/evidence/findings/state", id="1", state=state, back="/attention")
        assert sent.headers["location"] == "/attention" and count(visitor) == before - 1
        assert sentence in visitor.get("/attention").text.partition('id="past"')[2]
        visitor.form("/evidence/findings/state", id="1", state="new", back="/attention")
        assert count(visitor) == before


def test_a_request_that_is_answered_there_comes_back_there(visitor: Any) -> None:
    requests.ask_for(visitor.engine(), 1, "wanted.example", "")
    assert visitor.form("/requests/answer", id="1", grant="no", back="/attention").headers["location"] == "/attention"
    assert "request" not in shown(visitor)


def test_evidence_that_is_damaged_takes_nothing_else_away(visitor: Any) -> None:
    (visitor.home.state / evidence_file.FILE_NAME).write_text("no database" * 1000)
    assert visitor.get("/attention").status_code == 200 and count(visitor) == len(shown(visitor))


def test_what_one_act_ends_is_one_thing_and_one_click_sees_all_of_it(visitor: Any) -> None:
    before = count(visitor)
    leaks = [replace(LEAK, device_id=number, key=f"Xiaomi {number}") for number in (1, 2, 3)]
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [*leaks, replace(LEAK, company="Temu", key="Temu")], NOW)
    assert count(visitor) == before + 2 and shown(visitor).count("finding") == 2
    page = visitor.get("/attention").text
    assert "Tracking by Xiaomi was answered for 3 devices, 21 times." in page and "3 findings<" in page
    (ids,) = set(re.findall(r'name="id" value="(\d+,\d+,\d+)"', page))
    visitor.form("/evidence/findings/state", id=ids, state="seen", back="/attention")
    after = visitor.get("/attention").text
    assert "3 findings are seen now." in after and "Undo this change" in after
    assert count(visitor) == before + 1


def test_a_cure_that_only_blocks_more_is_one_click_and_goes_back_by_one(visitor: Any) -> None:
    before = count(visitor)
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [replace(LEAK, names=("a.example",)), replace(LEAK, cause=Cause.PAUSE, key="p")], NOW)
    page = visitor.get("/attention").text
    assert page.count('action="/evidence/findings/cure"') == 1 and "Block a.example for the whole house." in page
    assert "change=block%20a.example" in page and 'href="/pause"' in page
    sent = visitor.form("/evidence/findings/cure", id="1", back="/attention")
    assert sent.headers["location"] == "/attention" and count(visitor) == before + 1
    after = visitor.get("/attention").text
    assert "As findings ask: Block a.example" in after and "Undo this change" in after
    assert "Tracking by Xiaomi" in after.partition('id="past"')[2]
    visitor.form("/changes/undo", id=re.findall(r'name="id" value="(\d+)"><input type="hidden" name="back"', after)[0])
    assert count(visitor) == before + 2
    for ids, status in (("2", 422), ("1,2", 422), ("99", 404), ("x", 422)):
        assert visitor.form("/evidence/findings/cure", id=ids).status_code == status


def test_all_findings_are_seen_by_one_click_and_undone_by_another(visitor: Any) -> None:
    before = count(visitor)
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [replace(LEAK, company=f"C{n}", key=f"C{n}") for n in range(4)], NOW)
    (ids,) = re.findall(r'name="id" value="(\d+,\d+,\d+,\d+)"', visitor.get("/attention").text)
    done = visitor.form("/evidence/findings/state", id=ids, state="seen", back="/attention")
    assert count(visitor) == before
    number = done.headers["telltale-change"] if "telltale-change" in done.headers else _latest(visitor)
    visitor.form("/changes/undo", id=str(number), back="/attention")
    assert count(visitor) == before + 4


def test_rubbish_in_place_of_numbers_changes_nothing(visitor: Any) -> None:
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [LEAK], NOW)
    before = count(visitor)
    for ids in ("", "x", "1,", "1;2", "1,99", "9" * 30):
        assert visitor.form("/evidence/findings/state", id=ids, state="seen").status_code in (404, 422), ids
    assert count(visitor) == before


def _latest(visitor: Any) -> int:
    return int(re.findall(r'id="change-(\d+)"', visitor.get("/changes").text)[0])

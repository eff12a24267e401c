# SPDX-License-Identifier: GPL-3.0-or-later
"""GET and PATCH of findings: fields, filters, states, errors in plain words."""

from contextlib import closing
from dataclasses import replace
from typing import Any

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Cause, Finding, FindingKind
from webui.route_table import PREFIX

NOW = 1_790_000_000_000_000
LEAK = Finding(FindingKind.LEAK, 1, "Xiaomi", "Xiaomi", ("a.example", "b.example"), NOW - 9, NOW, 7)
CALL = f"{PREFIX}/evidence/findings"


def kept(visitor: Any, *findings: Finding) -> None:
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, findings, NOW)


def test_a_finding_has_its_rows_as_a_filter(visitor: Any) -> None:
    assert visitor.get(CALL).json() == {"items": [], "next": None}
    kept(visitor, LEAK)
    (item,) = visitor.get(CALL).json()["items"]
    assert item["kind"] == "leak" and item["state"] == "new" and item["device"] == "Redmi Note 13"
    assert item["queries"] == {
        "from": "2026-09-21T14:13:19.999991Z", "to": "2026-09-21T14:13:20.000001Z", "device": "1",
        "names": "a.example,b.example", "source": "own",
    }  # fmt: skip
    assert visitor.get(f"{PREFIX}/queries", params=item["queries"]).status_code == 200
    assert visitor.get(f"{CALL}/{item['id']}").json() == item


def test_states_are_set_and_muted_ones_are_shown_when_asked_for(visitor: Any) -> None:
    kept(visitor, LEAK)
    number = visitor.get(CALL).json()["items"][0]["id"]
    changed = visitor.patch(f"{CALL}/{number}", json={"state": "muted"}, headers={"X-CSRF-Token": visitor.csrf})
    assert changed.json()["state"] == "muted"
    assert visitor.get(CALL).json()["items"] == []
    assert len(visitor.get(CALL, params={"state": ["muted"]}).json()["items"]) == 1


def test_a_cure_that_only_blocks_more_is_one_call(visitor: Any) -> None:
    off = replace(LEAK, cause=Cause.NO_LIST, names=("a.example",))
    kept(visitor, off, replace(LEAK, key="Paused", cause=Cause.PAUSE))
    items, headers = visitor.get(CALL).json()["items"], {"X-CSRF-Token": visitor.csrf}
    numbers = {item["one_click"]: item["id"] for item in items}
    done = visitor.post(f"{CALL}/{numbers[True]}/cure", headers=headers)
    assert done.status_code == 200 and done.json()["state"] == "done"
    assert "a.example" in {rule["name"] for rule in visitor.get(f"{PREFIX}/rules").json()["items"]}
    change = done.headers["telltale-change"]
    assert visitor.post(f"{PREFIX}/changes/{change}/undo", headers=headers).status_code == 201
    assert visitor.get(f"{CALL}/{numbers[True]}").json()["state"] == "new"
    refused = visitor.post(f"{CALL}/{numbers[False]}/cure", headers=headers)
    assert refused.status_code == 422 and "no cure any more" in refused.json()["detail"]
    assert visitor.post(f"{CALL}/99/cure", headers=headers).status_code == 404


def test_pages_and_filters(visitor: Any) -> None:
    kept(visitor, *(replace(LEAK, key=str(number), last_us=NOW + number) for number in range(5)))
    first = visitor.get(CALL, params={"limit": 3}).json()
    second = visitor.get(CALL, params={"limit": 3, "cursor": first["next"]}).json()
    assert len({item["id"] for item in first["items"] + second["items"]}) == 5 and second["next"] is None
    assert visitor.get(CALL, params={"company": "Nobody"}).json()["items"] == []
    assert visitor.get(CALL, params={"device": 2}).json()["items"] == []


def test_errors_are_plain(visitor: Any) -> None:
    headers = {"X-CSRF-Token": visitor.csrf}
    assert visitor.get(f"{CALL}/7").json()["detail"].startswith("There is no finding 7")
    assert visitor.patch(f"{CALL}/7", json={"state": "seen"}, headers=headers).status_code == 404
    assert visitor.patch(f"{CALL}/7", json={"state": "gone"}, headers=headers).status_code == 422
    assert visitor.get(CALL, params={"kind": "x"}).status_code == 422
    assert visitor.get(CALL, params={"from": "yesterdayish"}).status_code == 422
    backwards = visitor.get(CALL, params={"from": "-1h", "to": "-2h"})
    assert (backwards.status_code, backwards.json()["detail"]) == (422, "from must be earlier than to.")

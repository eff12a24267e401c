# SPDX-License-Identifier: GPL-3.0-or-later
"""The log as a file, with the filters of /queries, and records deleted by the recorder."""

import csv
import io
import json
import re
from typing import Any

from imported import take_in

from store.imports import log_tasks
from webui.evidence import log_files_api
from webui.route_table import PREFIX

ALL = {"from": "1970-01-01", "to": "2100-01-01"}


def _lines(visitor: Any, **wanted: Any) -> list[dict[str, Any]]:
    text = visitor.get(f"{PREFIX}/queries.jsonl", params={**ALL, **wanted}).text
    return [json.loads(line) for line in text.splitlines()]


def test_both_forms_have_what_the_log_has(visitor: Any) -> None:
    count = visitor.home.sql("SELECT count(*) FROM records")[0][0]
    answer = visitor.get(f"{PREFIX}/queries.csv", params=ALL)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.search(r'filename="telltale-queries-\d+-\d+\.csv"', answer.headers["content-disposition"])
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    lines = _lines(visitor)
    assert len(rows) == len(lines) == count > 0
    assert [line["time_us"] for line in lines] == sorted(line["time_us"] for line in lines)
    assert log_files_api._running == set()


def test_filters_are_those_of_the_calls_for_pages(visitor: Any) -> None:
    wanted = {"verdict": "BLOCK", "device": 1}
    items = visitor.get(f"{PREFIX}/queries", params={**ALL, **wanted, "limit": 1000}).json()["items"]
    assert [line["name"] for line in reversed(_lines(visitor, **wanted))] == [item["name"] for item in items]
    assert _lines(visitor, source="imported") == [] and len(_lines(visitor, source="own")) == len(_lines(visitor))
    for call in ("queries", "queries.csv", "queries.jsonl"):
        for wrong in ({"verdict": "NO"}, {"source": "zz"}):
            assert visitor.get(f"{PREFIX}/{call}", params=wrong).status_code == 422


def test_many_at_once_are_refused(visitor: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(log_files_api, "_running", {1, 2, 3, 4})
    assert visitor.get(f"{PREFIX}/queries.csv", params=ALL).status_code == 503


def test_records_are_deleted_and_it_is_told(visitor: Any) -> None:
    state, head = visitor.home.state, {"X-CSRF-Token": visitor.csrf}
    assert visitor.delete(f"{PREFIX}/queries", params={"device": 99_999}, headers=head).status_code == 404
    assert visitor.delete(f"{PREFIX}/queries", params={"before": "soon"}, headers=head).status_code == 422
    assert visitor.delete(f"{PREFIX}/queries", params={"source": "x"}, headers=head).status_code == 422
    answer = visitor.delete(f"{PREFIX}/queries", params={"device": 1}, headers=head)
    assert answer.status_code == 202 and log_tasks.waits(state, answer.json()["id"])
    take_in(state)
    assert _lines(visitor, device=1) == [] and _lines(visitor)
    assert visitor.get(f"{PREFIX}/changes").json()["items"][0]["final"]


def test_the_page_leads_there_and_asks_whether_one_is_sure(visitor: Any) -> None:
    page = visitor.get("/queries", params={"device": "1"}).text
    assert "/api/v1/queries.csv?device=1&amp;from=1970-01-01" in page and "/queries/clear?device=1" in page
    assert 'action="/queries/clear"' in visitor.get("/queries/clear", params={"device": "1"}).text
    form = {"csrf": visitor.csrf, "device": "", "before": "now"}
    assert visitor.post("/queries/clear", data=form).status_code == 422
    assert visitor.post("/queries/clear", data={**form, "sure": "yes"}).status_code in (200, 303)
    take_in(visitor.home.state)
    assert _lines(visitor) == []

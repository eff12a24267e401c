# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log's filters and rows."""

from dataclasses import replace

import pytest

from store.log import records
from store.log.records import Column, QueryRow, Verdict
from webui.http.problems import Problem
from webui.views import labels, queries_view

ROW = QueryRow(
    "2026-11-24T13:37:43.120Z", 1_795_527_463_120_000, "Phone", 1, "192.168.1.21", "a.example", "A", "BLOCK", "MEMO",
    "||a.example^", "pack:x", "X", None, "unknown", "unknown", "NOERROR", None, 0.2, None, None,
    None, None,
)  # fmt: skip


def test_empty_fields_are_no_filter() -> None:
    form = queries_view.filter_form()
    assert not form.any
    assert form.address("/queries") == "/queries"
    found = form.filters()
    assert (found.device, found.name, found.verdict, found.from_us) == (None, None, None, None)


def test_filters_reach_the_store_and_the_next_address() -> None:
    form = queries_view.filter_form(
        "3", "", " Mi*.COM ", "BLOCK", "", "A&B", "tracking", "https", "2026-11-24T10:00", ""
    )  # fmt: skip
    found = form.filters()
    assert (found.device, found.name, found.verdict, found.type) == (3, "mi*.com", Verdict.BLOCK, "HTTPS")
    assert found.from_us is not None and found.kind == "tracking"
    assert "kind=tracking" in form.address("/queries")
    assert "company=A%26B" in form.address("/queries", cursor="c/1")
    assert "cursor=c%2F1" in form.address("/queries", cursor="c/1")
    assert form.rare


@pytest.mark.parametrize("fields", [{"device": "x"}, {"device": "-1"}, {"verdict": "NO"}, {"kind": "fun"}])
def test_what_cannot_be_is_a_problem(fields: dict[str, str]) -> None:
    with pytest.raises(Problem):
        queries_view.filter_form(**fields)


def test_a_time_that_is_none_is_a_problem() -> None:
    with pytest.raises(Problem, match="from"):
        queries_view.filter_form(from_="soon").filters()


def test_a_row_says_what_decided() -> None:
    assert queries_view.view(ROW, {"pack:x": "Xiaomi"}).reason == "Xiaomi"
    assert queries_view.view(ROW, {}).reason == "X"
    assert queries_view.view(replace(ROW, list="own", list_title=None), {}).reason == "your own rule"
    assert queries_view.view(ROW, {}).facts == (("Company", "unknown"),)
    passed = queries_view.view(replace(ROW, verdict="PASS", list=None, list_title=None, rule=None), {})
    assert (passed.reason, passed.company) == ("", None)


def test_a_column_with_a_title_of_its_own_is_a_fact() -> None:
    columns = [Column("upstream", "", ""), Column("rcode", "", "Code"), Column("rule", "", "Rule")]
    assert queries_view.facts(replace(ROW, rule=None), columns) == (("Code", "NOERROR"), ("Rule", "unknown"))


def test_signatures_that_do_not_hold_are_said_in_the_row_and_why_among_the_facts() -> None:
    row = queries_view.view(replace(ROW, dnssec="bogus", dnssec_reason="expired"), {})
    assert row.reason == "its signatures do not hold"
    facts = dict(row.facts)
    assert facts["Signatures"] == "checked, and not to be trusted"
    assert facts["What is wrong with them"] == "they have expired"
    assert set(labels.FAULTS) == set(records.BOGUS.values()) and set(labels.SIGNATURES) == set(records.CHECKED)
    with pytest.raises(Problem):
        queries_view.filter_form(dnssec="maybe")

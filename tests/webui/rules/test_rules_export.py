# SPDX-License-Identifier: GPL-3.0-or-later
"""What is taken along, pasted elsewhere, is the same: as text and as JSON."""

from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.config import edit
from store.rows import tables
from store.rules import pasted_rules, rule_edit
from store.rules.rule_edit import NewRule
from webui.rules import rules_export

LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12).map(lambda text: f"a{text}b")
NAMES = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
EXPRESSIONS = st.sampled_from([r"^ads[0-9]+\.", r"(^|\.)x\.example$", "track|pixel", r"[a-z]{3}[.]ads"])
COMMENTS = st.sampled_from(["", "why", "7 = \u00fc; a $comment", "@@ ! | ^"])


@st.composite
def rows(draw: st.DrawFn) -> tables.Rule:
    regex = draw(st.booleans())
    kind = draw(st.sampled_from(["block", "allow"]))
    return tables.Rule(
        id=draw(st.integers(1, 10**6)), scope_kind="house", scope_id=0, kind=kind, form="regex" if regex else "name",
        name=draw(EXPRESSIONS if regex else NAMES), subdomains=False if regex else draw(st.booleans()),
        types=draw(st.sampled_from(["", "A,AAAA", "~HTTPS"])), inverted=regex and draw(st.booleans()),
        answer="" if kind == "allow" else draw(st.sampled_from(["", "nxdomain", "A 192.0.2.1"])),
        comment=draw(COMMENTS), created_at=7, on=draw(st.booleans()),
        until=draw(st.sampled_from([None, 1_900_000_000])), schedule_id=draw(st.sampled_from([None, 2])),
    )  # fmt: skip


def as_new(row: tables.Rule) -> tuple[Any, ...]:
    return (*map(str, rule_edit.identity(row)), row.answer, row.comment, row.on, row.until, row.schedule_id)


def of(new: NewRule) -> tuple[Any, ...]:
    said = (str(new.rule.answer), new.rule.comment, new.on, new.until, new.schedule)
    return (*map(str, rule_edit.identity_of(new)), *said)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(rows(), max_size=6, unique_by=rule_edit.identity))
def test_pasted_again_they_are_equal(some: list[tables.Rule]) -> None:
    for text in (rules_export.as_text(some), rules_export.as_json(some)):
        pasted = pasted_rules.read(text)
        assert not pasted.odd and not pasted.twice
        assert sorted(map(repr, map(as_new, some))) == sorted(repr(of(each.new)) for each in pasted.rules)


@pytest.mark.web
@pytest.mark.database
def test_the_files_as_they_come(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "block", "ads.example", comment="why")
    edit.add_rule(visitor.engine(), "allow", "ok.example", scope="device:1")
    text = visitor.get("/blocklists/rules/export?format=txt")
    assert text.headers["content-disposition"] == 'attachment; filename="telltale-rules.txt"'
    assert "||ads.example^  # why\n" in text.text and "! telltale: scope=device:1\n@@||ok.example^\n" in text.text
    assert visitor.get("/blocklists/rules/export?format=json").json()["rules"][1]["scope"] == "device:1"
    assert visitor.get("/blocklists/rules/export?format=exe").status_code == 422

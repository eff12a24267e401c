# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that are pasted: first looked at, then added as one change; what is mistyped stays."""

from typing import Any

import pytest

from store.config import edit
from store.household import changes, undo

pytestmark = [pytest.mark.web, pytest.mark.database]
TEXT = """ads.example
! telltale: scope=device:77
other.example
! telltale: scope=house
(((
there.example
ads.example
"""


def names(visitor: Any) -> list[str]:
    return [row.name for row in edit.rules(visitor.engine())]


def test_nothing_holds_before_it_was_seen(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "block", "there.example")
    seen = visitor.form("/blocklists/rules/paste", text=TEXT, do="look").text
    assert "1 rule would be new" in seen and "2 lines are not understood" in seen
    assert "There is no “device:77” here." in seen and "as line 1" in seen and "1 rule is so already" in seen
    assert "(((</textarea>" not in seen and "there.example\nads.example" in seen, "what was pasted is still there"
    assert names(visitor) == ["there.example"]
    added = visitor.form("/blocklists/rules/paste", text=TEXT, do="add")
    assert added.headers["location"] == "/blocklists/rules#own-rules"
    assert names(visitor) == ["there.example", "ads.example"]
    newest = changes.changes(visitor.engine())[0]
    undo.undo(visitor.engine(), newest.id)
    assert names(visitor) == ["there.example"]


def test_what_is_refused_is_said(visitor: Any) -> None:
    refused = visitor.form("/blocklists/rules/paste", text="{<b>", do="add")
    assert refused.status_code == 422 and "begins as JSON" in refused.text
    assert "at least one line" in visitor.form("/blocklists/rules/paste", text=" \n", do="look").text


def test_a_text_for_one_device(visitor: Any) -> None:
    visitor.form("/blocklists/rules/paste", text="ads.example", scope="device:1", kind="allow", reach="alone", do="add")
    (row,) = edit.rules(visitor.engine())
    assert (row.scope_kind, row.scope_id, row.kind, row.subdomains) == ("device", 1, "allow", False)


def test_ten_thousand_lines_are_one_body(visitor: Any) -> None:
    text = "\r\n".join(f"some-name-that-is-long-{number}.ads.example.com" for number in range(9_999))
    assert "9,999 rules would be new" in visitor.form("/blocklists/rules/paste", text=text, do="look").text

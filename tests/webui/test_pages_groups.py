# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups on the devices page."""

from typing import Any

from store import edit


def test_a_group_is_made_given_an_answer_and_dissolved(visitor: Any) -> None:
    assert visitor.form("/groups/add", name="Children").headers["location"] == "/devices#groups"
    [group] = edit.groups(visitor.engine())
    visitor.form("/groups/answer", id=str(group.id), answer="nxdomain")
    assert edit.groups(visitor.engine())[0].answer == "nxdomain"
    page = visitor.get("/devices").text
    assert "Children" in page and 'value="nxdomain"' in page
    visitor.form("/groups/remove", id=str(group.id))
    assert edit.groups(visitor.engine()) == []


def test_an_answer_that_is_none_is_refused_in_words(visitor: Any) -> None:
    number = edit.add_group(visitor.engine(), "Children")
    response = visitor.form("/groups/answer", id=str(number), answer="what is this?")
    assert response.status_code == 422 and "is no answer" in response.text
    assert edit.groups(visitor.engine())[0].answer == ""

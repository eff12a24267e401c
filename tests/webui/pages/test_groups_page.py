# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups on the devices page."""

from contextlib import closing
from typing import Any

import pytest
from lived_in_home import Visitor

from store.base import db
from store.config import devices, edit


@pytest.fixture
def device(visitor: Visitor) -> int:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        return devices.sighted(con, "192.168.1.20", None)


def test_a_group_is_made_given_an_answer_and_dissolved(visitor: Any) -> None:
    assert visitor.form("/groups/add", name="Children").headers["location"] == "/devices#groups"
    [group] = edit.groups(visitor.engine())
    visitor.form("/groups/answer", id=str(group.id), answer="nxdomain")
    assert edit.groups(visitor.engine())[0].answer == "nxdomain"
    page = visitor.get("/devices").text
    assert "Children" in page and 'value="nxdomain"' in page
    visitor.form("/groups/remove", id=str(group.id))
    assert edit.groups(visitor.engine()) == []


def test_a_device_is_put_into_a_group_and_out_again(visitor: Any, device: int) -> None:
    assert "Make a group" in visitor.get(f"/devices/{device}").text
    number = edit.add_group(visitor.engine(), "Children")
    assert visitor.form("/groups/member", device=str(device), group=str(number)).status_code == 303
    assert f'<option value="{number}" selected>Children</option>' in visitor.get(f"/devices/{device}").text
    visitor.form("/groups/member", device=str(device), group="")
    assert f'<option value="{number}">Children</option>' in visitor.get(f"/devices/{device}").text


@pytest.mark.parametrize(("group", "status"), [("children", 422), ("99", 404), ("-1", 422), ("9" * 20, 422)])
def test_a_group_that_is_none_is_refused(visitor: Any, device: int, group: str, status: int) -> None:
    assert visitor.form("/groups/member", device=str(device), group=group).status_code == status


def test_an_answer_that_is_none_is_refused_in_words(visitor: Any) -> None:
    number = edit.add_group(visitor.engine(), "Children")
    response = visitor.form("/groups/answer", id=str(number), answer="what is this?")
    assert response.status_code == 422 and "is no answer" in response.text
    assert edit.groups(visitor.engine())[0].answer == ""

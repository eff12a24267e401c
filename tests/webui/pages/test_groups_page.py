# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups on the devices page."""

from contextlib import closing
from typing import Any

import pytest
from lived_in_home import Visitor

from store.base import db
from store.devices import sightings_store
from store.household import groups as household_groups


@pytest.fixture
def device(visitor: Visitor) -> int:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        return sightings_store.sighted(con, "192.168.1.20", None)


def test_a_group_is_made_given_an_answer_and_dissolved(visitor: Any) -> None:
    assert visitor.form("/groups/add", name="Children").headers["location"] == "/devices#groups"
    [group] = household_groups.groups(visitor.engine())
    visitor.form("/groups/answer", id=str(group.id), answer="nxdomain")
    assert household_groups.groups(visitor.engine())[0].answer == "nxdomain"
    page = visitor.get("/devices").text
    assert "Children" in page and 'value="nxdomain"' in page
    visitor.form("/groups/remove", id=str(group.id))
    assert household_groups.groups(visitor.engine()) == []


def test_a_group_is_made_on_either_page_and_leads_on_to_its_own(visitor: Any) -> None:
    made = visitor.form("/groups/add", name="Guests", back="/groups")
    assert made.headers["location"] == "/groups"
    [group] = household_groups.groups(visitor.engine())
    for page in ("/groups", "/devices"):
        assert f'href="/groups/{group.id}"' in visitor.get(page).text
    elsewhere = visitor.form("/groups/add", name="Others", back="https://elsewhere.example/")
    assert elsewhere.status_code == 422
    assert [each.name for each in household_groups.groups(visitor.engine())] == ["Guests"]


def test_a_device_is_put_into_a_group_and_out_again(visitor: Any, device: int) -> None:
    assert "Make a group" in visitor.get(f"/devices/{device}").text
    children, guests = (household_groups.add_group(visitor.engine(), name) for name in ("Children", "Guests"))
    assert visitor.form("/groups/member", device=str(device), group=[str(children), str(guests)]).status_code == 303
    page = visitor.get(f"/devices/{device}").text
    assert f'value="{children}" checked> Children' in page and f'value="{guests}" checked> Guests' in page
    visitor.form("/groups/member", device=str(device))
    page = visitor.get(f"/devices/{device}").text
    assert f'value="{children}"> Children' in page and "checked> Children" not in page


@pytest.mark.parametrize(("group", "status"), [("children", 422), ("99", 404), ("-1", 422), ("9" * 20, 422)])
def test_a_group_that_is_none_is_refused(visitor: Any, device: int, group: str, status: int) -> None:
    assert visitor.form("/groups/member", device=str(device), group=group).status_code == status


def test_an_answer_that_is_none_is_refused_in_words(visitor: Any) -> None:
    number = household_groups.add_group(visitor.engine(), "Children")
    response = visitor.form("/groups/answer", id=str(number), answer="what is this?")
    assert response.status_code == 422 and "is no answer" in response.text
    assert household_groups.groups(visitor.engine())[0].answer == ""

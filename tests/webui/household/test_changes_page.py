# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of changes, and the toast that offers Undo after a form was sent; a real click: test_browser_undo.py."""

import time
from typing import Any

from store.config import edit
from store.history import acting
from store.history.acting import Acting, Origin
from store.household import groups
from store.household.changes import changes


def test_a_form_leads_to_a_page_that_offers_undo_once(visitor: Any) -> None:
    sent = visitor.form("/groups/add", name="<b>Kids</b>")
    number = changes(visitor.engine())[0].id
    assert f"telltale-change={number}" in sent.headers["set-cookie"]
    page = visitor.get("/devices").text
    assert "The group &lt;b&gt;Kids&lt;/b&gt; is made." in page and "Undo this change" in page
    assert 'name="back" value="/devices"' in page
    assert "Undo this change" not in visitor.get("/devices").text
    undone = visitor.form("/changes/undo", id=str(number), back="/devices")
    assert undone.headers["location"] == "/devices"
    assert groups.groups(visitor.engine()) == []


def test_htmx_asks_for_the_toast(visitor: Any) -> None:
    visitor.form("/groups/add", name="Kids")
    number = changes(visitor.engine())[0].id
    toast = visitor.get(f"/changes/{number}/toast?back=//evil.example").text
    assert "The group Kids is made." in toast and 'name="back" value="/"' in toast
    assert "<form" not in visitor.get("/changes/99999/toast").text


def test_the_page_shows_who_what_and_which_rows(visitor: Any) -> None:
    visitor.form("/rules", kind="block", name="ads.example", comment="<i>noisy</i>")
    page = visitor.get("/changes").text
    assert "ads.example is blocked for the whole house." in page
    assert "a browser on" in page and "&lt;i&gt;noisy&lt;/i&gt;" in page and "<i>noisy" not in page


def test_what_is_in_the_way_is_told_with_both_ways_out(visitor: Any) -> None:
    group = groups.add_group(visitor.engine(), "Kids")
    made = changes(visitor.engine())[0].id
    edit.add_rule(visitor.engine(), "block", "games.example", scope=f"group:{group}")
    refused = visitor.form("/changes/undo", id=str(made))
    assert refused.status_code == 409
    assert "games.example is blocked for Kids" in refused.text and "Undo all that touched the same" in refused.text
    assert visitor.form("/changes/undo", id=str(made), later="yes").status_code == 303
    assert groups.groups(visitor.engine()) == []


def test_nothing_yet_and_what_cannot_be_undone(visitor: Any) -> None:
    visitor.form("/accounts/tokens", name="phone", scope="read")
    assert "Revoke the token instead." in visitor.get("/changes").text


def test_a_cookie_of_nonsense_offers_nothing(visitor: Any) -> None:
    for text in ("x", "-1", "9" * 30, "99999"):
        visitor.cookies.set("telltale-change", text)
        page = visitor.get("/devices")
        assert page.status_code == 200 and "Undo this change" not in page.text


def test_by_day_and_filtered(visitor: Any) -> None:
    visitor.form("/rules", kind="block", name="ads.example", scope="device:1")
    visitor.form("/groups/add", name="Kids")
    page = visitor.get("/changes").text
    assert "Today" in page and "The last change: The group Kids is made." in page
    assert "Kids is made" not in visitor.get("/changes?kind=rules").text.partition('id="changes"')[2]
    of_device = visitor.get("/changes?device=1").text.partition('id="changes"')[2]
    assert "ads.example is blocked" in of_device and "Kids is made" not in of_device
    assert "ads.example is blocked" in visitor.get("/changes?q=ADS+blocked").text.partition('id="changes"')[2]
    assert "No change fits" in visitor.get("/changes?q=nothing+of+it").text
    assert str(changes(visitor.engine())[0].who) in page


def test_a_preview_changes_nothing_and_says_why_not(visitor: Any) -> None:
    group = groups.add_group(visitor.engine(), "Kids")
    made = changes(visitor.engine())[0].id
    assert "one row becomes as it was" in visitor.get(f"/changes/{made}/preview").text
    assert [view.name for view in groups.groups(visitor.engine())] == ["Kids"]
    assert changes(visitor.engine())[0].id == made
    edit.add_rule(visitor.engine(), "block", "games.example", scope=f"group:{group}")
    told = visitor.get(f"/changes/{made}/preview").text
    assert "games.example is blocked for Kids" in told and "error-text" in told
    assert "preview" not in visitor.get("/changes/99999/preview").text


def test_what_was_taken_back_is_done_again(visitor: Any) -> None:
    visitor.form("/groups/add", name="Kids")
    made = changes(visitor.engine())[0].id
    visitor.form("/changes/undo", id=str(made))
    page = visitor.get("/changes").text
    assert f"takes back {made}" in page and "Do it again" in page
    visitor.form("/changes/undo", id=str(changes(visitor.engine())[0].id))
    assert [view.name for view in groups.groups(visitor.engine())] == ["Kids"]


def test_changes_as_a_table(visitor: Any) -> None:
    visitor.form("/groups/add", name="=cmd")
    visitor.form("/rules", kind="block", name="ads.example")
    table = visitor.get("/changes/export.csv?kind=groups").text.splitlines()
    assert table[0].startswith("change,time,who,what") and len(table) == 2 and "The group =cmd is made." in table[1]


def test_several_are_undone_as_one_and_that_is_undone_as_one(visitor: Any) -> None:
    for name in ("Kids", "Guests", "Work"):
        groups.add_group(visitor.engine(), name)
    numbers = [view.id for view in changes(visitor.engine())[:2]]
    told = visitor.tap("/changes/several/preview", change=[str(number) for number in numbers])
    assert "2 changes are taken back." in told.text and "2 rows become as they were." in told.text
    assert len(groups.groups(visitor.engine())) == 3, "nothing changed yet"
    assert visitor.form("/changes/several", change=[str(number) for number in numbers]).status_code == 303
    assert [view.name for view in groups.groups(visitor.engine())] == ["Kids"]
    newest = changes(visitor.engine())[0]
    assert str(newest.what).startswith("Undone: 2 changes, the newest of them: The group Work is made.")
    assert {view.undone_by for view in changes(visitor.engine())[1:3]} == {newest.id}
    visitor.form("/changes/undo", id=str(newest.id))
    assert len(groups.groups(visitor.engine())) == 3


def test_several_of_which_one_cannot_be_change_nothing(visitor: Any) -> None:
    group = groups.add_group(visitor.engine(), "Kids")
    groups.add_group(visitor.engine(), "Guests")
    made = [view.id for view in changes(visitor.engine())[:2]]
    edit.add_rule(visitor.engine(), "block", "games.example", scope=f"group:{group}")
    assert "games.example" in visitor.tap("/changes/several/preview", change=[str(number) for number in made]).text
    assert visitor.form("/changes/several", change=[str(number) for number in made]).status_code == 422
    assert len(groups.groups(visitor.engine())) == 2
    assert visitor.form("/changes/several", change=[]).status_code == 422
    assert visitor.form("/changes/several", change=["99999"]).status_code == 404
    together = [*made, changes(visitor.engine())[0].id]
    assert visitor.form("/changes/several", change=[str(number) for number in together]).status_code == 303
    assert groups.groups(visitor.engine()) == []


def test_how_a_change_came_is_told_and_filtered_and_so_is_its_day(visitor: Any) -> None:
    groups.add_group(visitor.engine(), "Old")
    with acting.as_(Acting(Origin.COMMAND, "root")):
        groups.add_group(visitor.engine(), "By hand")
    with acting.as_(Acting(Origin.TOKEN, "a token")):
        groups.add_group(visitor.engine(), "By program")
    page = visitor.get("/changes").text
    assert "at the command line" in page and "by a program (API)" in page

    def shown(query: str) -> str:
        return str(visitor.get(f"/changes?{query}").text.partition('id="changes"')[2])

    assert "By hand" in shown("way=command") and "By program" not in shown("way=command")
    assert "By program" in shown("way=api") and "By hand" not in shown("way=api")
    day = changes(visitor.engine())[0].at
    today, tomorrow = (time.strftime("%Y-%m-%d", time.localtime(day + later * 86_400)) for later in (0, 2))
    assert "By hand" in shown(f"from={today}&to={today}") and "No change fits" in shown(f"from={tomorrow}")
    assert "By hand" in shown("from=nonsense&to=9999-99-99")
    assert f'value="{today}"' in visitor.get(f"/changes?from={today}").text

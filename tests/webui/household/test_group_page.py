# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of groups: all of them, and each."""

import html
from typing import Any

from store.config import edit, lists
from store.household import changes, schedules
from store.household import groups as household_groups
from store.household.window_input import read_window


def test_a_group_is_changed_on_its_page(visitor: Any) -> None:
    engine = visitor.engine()
    assert "No group yet" in visitor.get("/groups").text
    number = household_groups.add_group(engine, "Kids <b>")
    night = schedules.add_schedule(engine, "Night", [read_window("21:00-06:30")])
    page = visitor.get(f"/groups/{number}").text
    assert "Kids &lt;b&gt;" in page and "Kids <b>" not in page
    sent = visitor.form(f"/groups/{number}/parts", name="Kids", device=["1", "2"], schedule=str(night),
                        upstreams="198.51.100.1, 198.51.100.2", answer="nxdomain")  # fmt: skip
    assert sent.status_code == 303, sent.text
    (group,) = household_groups.groups(engine)
    assert (group.name, group.devices, group.schedule) == ("Kids", (1, 2), night)
    assert (group.upstreams, group.answer) == (("198.51.100.1", "198.51.100.2"), "nxdomain")
    shown = visitor.get("/groups").text
    assert "no access: Night" in shown and "answered by 198.51.100.1, 198.51.100.2" in shown
    assert f'<option value="{night}" selected>Night</option>' in visitor.get(f"/groups/{number}").text
    visitor.form(f"/groups/{number}/parts", name="Kids")
    (group,) = household_groups.groups(engine)
    assert (group.devices, group.schedule, group.upstreams, group.answer) == ((), None, (), "")


def shown_by(page: str) -> str:
    return html.unescape(page.partition('name="shown" value="')[2].partition('"')[0])


def test_two_who_edit_the_same_group_take_nothing_of_each_other_back(visitor: Any) -> None:
    engine = visitor.engine()
    number = household_groups.add_group(engine, "Kids", {"devices": [1]})
    shown = shown_by(visitor.get(f"/groups/{number}").text)
    household_groups.change_group(engine, number, {"devices": [1, 2], "answer": "nxdomain"})  # in another browser
    sent = visitor.form(f"/groups/{number}/parts", name="Children", device=["1"], shown=shown)
    assert sent.status_code == 303
    (group,) = household_groups.groups(engine)
    assert (group.name, group.devices, group.answer) == ("Children", (1, 2), "nxdomain")
    shown = shown_by(visitor.get(f"/groups/{number}").text)
    household_groups.change_group(engine, number, {"devices": [1]})
    visitor.form(f"/groups/{number}/parts", name="Children", device=["2"], answer="nxdomain", shown=shown)
    assert household_groups.groups(engine)[0].devices == (), "1 was taken out here, 2 there"


def test_two_who_put_a_device_into_groups_do_not_either(visitor: Any) -> None:
    engine = visitor.engine()
    first, second = (household_groups.add_group(engine, name) for name in ("Kids", "TVs"))
    shown = shown_by(visitor.get("/devices/1").text)
    assert shown == "[]"
    household_groups.set_groups(engine, 1, [second])
    assert visitor.form("/groups/member", device="1", group=[str(first)], shown=shown).status_code == 303
    assert [group.devices for group in household_groups.groups(engine)] == [(1,), (1,)]


def test_a_list_is_on_inside_times_and_follows_again(visitor: Any) -> None:
    engine = visitor.engine()
    number = household_groups.add_group(engine, "Kids")
    night = schedules.add_schedule(engine, "Night", [read_window("21:00-06:30")])
    name = lists.blocklists(engine)[0].id
    visitor.form(f"/groups/{number}/list", list=name, on="on", schedule=str(night))
    (toggle,) = household_groups.groups(engine)[0].toggles
    assert (toggle.id, toggle.on, toggle.schedule) == (name, True, night)
    page = visitor.get(f"/groups/{number}").text
    assert "on for this group" in page and "inside Night" in page
    visitor.form(f"/groups/{number}/list", list=name, on="off")
    (toggle,) = household_groups.groups(engine)[0].toggles
    assert (toggle.on, toggle.schedule) == (False, None)
    visitor.form(f"/groups/{number}/list", list=name, on="follow")
    assert household_groups.groups(engine)[0].toggles == ()


def test_what_is_wrong_is_told(visitor: Any) -> None:
    number = household_groups.add_group(visitor.engine(), "Kids")
    assert visitor.get("/groups/99").status_code == 404
    assert visitor.form(f"/groups/{number}/parts", name="Kids", schedule="9").status_code == 404
    refused = visitor.form(f"/groups/{number}/parts", name="Kids", upstreams="gopher://x")
    assert refused.status_code == 422 and "upstreams" in refused.text
    refused = visitor.form(f"/groups/{number}/parts", name="Guests", upstreams="198.51.100.1, 127.0.0.1")
    assert refused.status_code == 422 and "127.0.0.1 is this appliance itself" in refused.text
    assert household_groups.groups(visitor.engine())[0].name == "Kids"
    assert visitor.form(f"/groups/{number}/parts", name="Kids", schedule="x").status_code == 422
    assert visitor.form(f"/groups/{number}/list", list="none", on="on").status_code == 404


def test_a_group_from_a_template_is_one_change(visitor: Any) -> None:
    sent = visitor.form("/groups/ready", template="children", name="Children")
    (group,) = household_groups.groups(visitor.engine())
    assert sent.headers["location"] == f"/groups/{group.id}" and group.services
    page = html.unescape(visitor.get(f"/groups/{group.id}").text)
    assert "Services that are blocked for it:" in page and "Safe search is on for it" in page
    visitor.form("/changes/undo", id=str(changes.changes(visitor.engine())[0].id))
    assert household_groups.groups(visitor.engine()) == []
    visitor.form("/groups/ready", template="things", name="Things")
    (group,) = household_groups.groups(visitor.engine())
    assert "pack:xiaomi" in group.lists and "(strict)" in visitor.get(f"/groups/{group.id}").text


def test_two_groups_that_say_otherwise_and_who_wins(visitor: Any) -> None:
    engine = visitor.engine()
    first, second = (household_groups.add_group(engine, name, {"devices": [1]}) for name in ("Kids", "Gamers"))
    edit.set_toggle(engine, "pack:xiaomi", f"group:{first}", True)
    edit.set_toggle(engine, "pack:xiaomi", f"group:{second}", False)
    household_groups.set_group_answer(engine, first, "nxdomain")
    household_groups.set_group_answer(engine, second, "refused")
    for address in ("/groups", f"/groups/{first}", f"/groups/{second}"):
        page = visitor.get(address).text
        assert page.count("Kids wins:") == 2 and "the one that turns it on wins" in page, address
    household_groups.change_group(engine, second, {"devices": []})
    assert "wins:" not in visitor.get("/groups").text


def test_where_new_devices_land(visitor: Any) -> None:
    household_groups.add_group(visitor.engine(), "Guests")
    visitor.form("/groups/landing", new_devices="Guests")
    assert "They land in Guests." in visitor.get("/groups").text
    assert visitor.form("/groups/landing", new_devices="Nobody").status_code == 422
    visitor.form("/groups/landing", new_devices="")
    assert "what the house has, until" in visitor.get("/groups").text

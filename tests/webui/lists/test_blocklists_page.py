# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists: counts are the packs' and the last update's, toggles act at once with and without htmx."""

import re
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from markupsafe import escape
from one_day import of_one_day

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.packs import vendor_packs
from store.base import db
from store.config import edit, list_status, lists
from store.config.choices import PackLevel
from store.config.list_status import ListStatus
from store.log.records import Verdict
from store.names.list_anchor import page_of


def house(visitor: Any, blocklist_id: str) -> tuple[bool, str | None]:
    view = lists.blocklist(visitor.engine(), blocklist_id)
    return view.on, view.level


def part(page: str, anchor: str) -> str:
    start = page.index(f'id="{anchor}"')
    end = page.find('<li class="filtered', start)  # what the guard left out is a list within it
    return page[start : end if end > 0 else len(page)]


def test_every_list_has_a_switch_and_a_page(looker: Any) -> None:
    packs, catalogue = (looker.get(f"/blocklists/{page}").text for page in ("packs", "catalogue"))
    for view in lists.blocklists(looker.engine()):
        page = packs if view.kind == "pack" else catalogue
        assert f'name="id" value="{view.id}"' in page and f'href="{page_of(view.id)}"' in page
        own = looker.get(page_of(view.id))
        assert own.status_code == 200 and escape(view.title) in own.text, view.id


def test_what_is_in_force_stands_first(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "hagezi-pro", "house", True)
    page = visitor.get("/blocklists").text
    on = [view for view in lists.blocklists(visitor.engine()) if view.on]
    assert f"{len(on)} lists are in force for the whole house" in page
    table = page[page.index('id="in-force"') : page.index('id="who"')]
    assert all(f'href="{page_of(view.id)}"' in table for view in on)
    assert table.count('scope="row"') == len(on)


def test_what_failed_comes_first_with_its_cure(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "hagezi-pro", "house", True)
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        error = "Not fetched: its server answered 404 Not Found. There is no earlier copy of it."
        list_status.note(con, "hagezi-pro", lambda status: replace(status, error=error, checked_at=77))
    page = visitor.get("/blocklists").text
    assert page.index(error) < page.index('id="in-force"')
    assert visitor.form("/blocklists/again", id="hagezi-pro").headers["location"].startswith("/blocklists/hagezi-pro")
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        status = list_status.of(con, "hagezi-pro")
    assert status is not None and status.checked_at is None
    assert error in visitor.get("/blocklists/hagezi-pro").text


def test_what_people_let_through_stands_at_the_list(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "allow", "data.mistat.xiaomi.com")
    page = visitor.get("/blocklists").text
    row = next(row for row in page.split("<tr") if "/blocklists/pack:xiaomi" in row)
    assert "data.mistat.xiaomi.com" in row
    assert "data.mistat.xiaomi.com" in visitor.get("/blocklists/pack:xiaomi").text.partition('id="broke"')[2]


def test_an_old_address_with_a_name_leads_to_the_rules(looker: Any) -> None:
    moved = looker.get("/blocklists?block=ads.example", follow_redirects=False)
    assert moved.headers["location"] == "/blocklists/rules?name=ads.example"
    assert 'value="ads.example"' in looker.get(moved.headers["location"]).text


def test_levels_say_how_many_names_they_block(looker: Any) -> None:
    page = looker.get("/blocklists/packs").text
    for pack in vendor_packs.load():
        block = part(page, f"list-pack_3a_{pack.id}")
        said = dict(re.findall(r"<span>(\w+)<small>([\d,]+)</small>", block))
        left_out = lists.blocklist(looker.engine(), pack.blocklist_id).status
        gone = {rule.strip("|^") for rule in left_out.guarded} if left_out else set()
        counts = {
            level: sum(entry.name not in gone for entry in vendor_packs.names_at(pack, level))
            for level in PackLevel
        }
        assert said == {"off": "0"} | {level: f"{count:,}" for level, count in counts.items()}


def test_counts_are_those_of_the_index(looker: Any) -> None:
    page, index = looker.get("/blocklists/packs").text, Index.open(list_files.index_path(looker.home.state))
    for pack in vendor_packs.load():
        own = {slot.level: slot.block_names for slot in index.slots if slot.blocklist_id == pack.blocklist_id}
        said = dict(re.findall(r"<span>(\w+)<small>([\d,]+)</small>", part(page, f"list-pack_3a_{pack.id}")))
        for level in PackLevel:
            within = level.within
            assert said[level] == f"{sum(own[one] for one in within):,}"


def test_hits_of_today_are_counts_of_the_log(looker: Any) -> None:
    def look(since: int) -> tuple[str, int]:
        count = looker.home.count(since, company="Xiaomi", verdict=Verdict.BLOCK)
        return looker.get("/blocklists/packs").text, count

    page, count = of_one_day(look)
    said = re.findall(r"blocked ([\d,]+) today", part(page, "list-pack_3a_xiaomi"))
    assert said == ([f"{count:,}"] if count else []), "shortly after midnight there is nothing to say"


@pytest.mark.parametrize("way", ["form", "tap"])
def test_a_level_acts_at_once(visitor: Any, way: str) -> None:
    response = getattr(visitor, way)("/blocklists/level", id="pack:xiaomi", level="strict")
    assert response.status_code == (303 if way == "form" else 200)
    assert house(visitor, "pack:xiaomi") == (True, "strict")
    getattr(visitor, way)("/blocklists/level", id="pack:xiaomi", level="off")
    assert house(visitor, "pack:xiaomi") == (False, "strict")


@pytest.mark.parametrize("way", ["form", "tap"])
def test_a_toggle_acts_at_once(visitor: Any, way: str) -> None:
    before = house(visitor, "hagezi-pro")[0]
    getattr(visitor, way)("/blocklists/toggle", id="hagezi-pro", **({} if before else {"on": "on"}))
    assert house(visitor, "hagezi-pro")[0] is not before


def test_htmx_gets_the_changed_part_alone(visitor: Any) -> None:
    changed = visitor.tap("/blocklists/level", id="pack:xiaomi", level="everything").text
    assert changed.count("<li") == 1
    assert re.search(r'value="everything" checked', changed)
    changed = visitor.tap("/blocklists/toggle", id="hagezi-pro", on="on").text
    assert changed.count("<li") == 1
    assert 'value="on" checked' in changed


def test_what_cannot_be_is_refused_in_words(visitor: Any) -> None:
    for path, fields in (
        ("/blocklists/level", {"id": "hagezi-pro", "level": "strict"}),
        ("/blocklists/level", {"id": "pack:xiaomi", "level": "all"}),
        ("/blocklists/toggle", {"id": "nothing", "on": "on"}),
        ("/blocklists/add", {"source": "gopher://x"}),
        ("/blocklists/remove", {"id": "pack:xiaomi"}),
    ):
        response = visitor.form(path, **fields)
        assert response.status_code in (404, 422), path
        assert "data-problem" in response.text


def test_without_the_token_nothing_changes(visitor: Any) -> None:
    before = house(visitor, "pack:xiaomi")
    assert visitor.post("/blocklists/level", data={"id": "pack:xiaomi", "level": "off"}).status_code == 403
    assert house(visitor, "pack:xiaomi") == before


def test_add_and_remove_a_list(visitor: Any) -> None:
    response = visitor.form(
        "/blocklists/add", source="https://lists.example/<x>.txt", title="My <i>list</i>", allow="on"
    )
    assert response.headers["location"] == "/blocklists?notice=added"
    page = visitor.get("/blocklists/add").text
    assert "My &lt;i&gt;list&lt;/i&gt;" in page
    assert "<i>list" not in page
    [added] = [view for view in lists.blocklists(visitor.engine()) if view.kind == "added"]
    assert added.on
    assert added.allow
    assert "not fetched yet" in page
    visitor.form("/blocklists/remove", id=added.id)
    assert not [view for view in lists.blocklists(visitor.engine()) if view.kind == "added"]


def test_what_the_last_update_found_is_shown(visitor: Any) -> None:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        fetched = ListStatus(fetched_at=1_700_000_000, lines=192_000, block_names=190_001, skipped={"comment": 1234})
        list_status.note(con, "hagezi-pro", lambda _: fetched)
        list_status.note(con, "hagezi-light", lambda status: replace(status, error="This is an HTML page, not a list."))
    page = visitor.get("/blocklists/hagezi-pro").text
    assert "190,001" in page and "1,234 lines skipped" in page
    assert "190,001 names" in part(visitor.get("/blocklists/catalogue").text, "list-hagezi-pro")
    assert "This is an HTML page, not a list." in visitor.get("/blocklists/hagezi-light").text


def test_an_override_is_hinted_at(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "hagezi-pro", "device:2", True)
    assert "on for Living room TV" in part(visitor.get("/blocklists/catalogue").text, "list-hagezi-pro")


def test_a_list_has_an_answer_of_its_own(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "hagezi-light", "house", True)
    visitor.form("/blocklists/answer", id="hagezi-light", answer="nxdomain")
    assert lists.blocklist(visitor.engine(), "hagezi-light").answer == "nxdomain"
    assert "Answer: nxdomain" in visitor.get("/blocklists/hagezi-light").text
    refused = visitor.form("/blocklists/answer", id="hagezi-light", answer="what is this?")
    assert refused.status_code == 422 and "is no answer" in refused.text


def test_a_pack_says_what_is_left_out_and_can_be_taken_whole(visitor: Any) -> None:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        guarded = {"||time.example^": "devices set their clocks by it"}
        list_status.note(con, "pack:xiaomi", lambda status: replace(status, guarded=guarded))
    shown = visitor.get("/blocklists/pack:xiaomi").text
    assert "1 rule left out" in shown and "devices set their clocks by it" in shown
    visitor.form("/blocklists/guard", id="pack:xiaomi")
    assert "left out" not in visitor.get("/blocklists/pack:xiaomi").text
    visitor.form("/blocklists/answer", id="pack:xiaomi", answer="nodata")
    assert "Answer: nodata" in visitor.get("/blocklists/pack:xiaomi").text

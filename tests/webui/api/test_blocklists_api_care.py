# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list is like: how it is read, what was left out of it, what is held back, what it did."""

from contextlib import closing
from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient

from store.base import db
from store.config import list_status

LIST = "general-large"


def note(home: Any, **values: Any) -> None:
    with closing(db.connect(home.state / "config.db")) as con:
        list_status.note(con, LIST, lambda status: replace(status, **values))


def test_rules_that_were_left_out_are_shown_and_taken_by_one_click(bare: TestClient, bare_home: Any) -> None:
    note(bare_home, guarded={"||com^": "it is a public suffix"}, kinds={"names": 3})
    items = {item["id"]: item for item in bare.get("/blocklists").json()["items"]}
    assert items[LIST]["update"]["guarded"] == {"||com^": "it is a public suffix"}
    assert items[LIST]["guard"] is True
    assert bare.patch(f"/blocklists/{LIST}", json={"guard": False}).json()["guard"] is False


def test_a_list_is_told_how_to_be_read_and_what_to_answer(bare: TestClient) -> None:
    changed = bare.patch(f"/blocklists/{LIST}", json={"options": {"subdomains": True}, "answer": "NXDOMAIN"}).json()
    assert (changed["options"], changed["answer"]) == ({"subdomains": True}, "nxdomain")
    refused = bare.patch(f"/blocklists/{LIST}", json={"options": {"colour": "red"}})
    assert refused.status_code == 422 and "no setting 'colour'" in refused.text
    assert bare.patch(f"/blocklists/{LIST}", json={"answer": "a..b"}).status_code == 422
    assert bare.patch("/blocklists/pack:xiaomi", json={"guard": False}).json()["guard"] is False
    assert bare.patch("/blocklists/pack:xiaomi", json={"options": {"subdomains": True}}).status_code == 422


def test_a_version_that_is_held_back_is_accepted(bare: TestClient, bare_home: Any) -> None:
    assert bare.post(f"/blocklists/{LIST}/accept").status_code == 422
    note(bare_home, held="it has 3 rules, and had 100", held_sha256="abc", checked_at=1)
    taken = bare.post(f"/blocklists/{LIST}/accept")
    assert taken.status_code == 202 and taken.json()["update"]["held"] == "it has 3 rules, and had 100"
    with closing(db.connect(bare_home.state / "config.db")) as con:
        (row,) = [one for one in list_status.installed(con) if one.id == LIST]
    assert (row.status.accepted, row.status.checked_at) == ("abc", None)


def test_the_health_of_a_list(bare: TestClient, bare_home: Any) -> None:
    note(bare_home, block_names=7, kinds={"names": 7}, skipped={"cosmetic rule": 2}, changes={"added": 1, "removed": 0})
    found = bare.get(f"/blocklists/{LIST}/health").json()
    assert (found["kinds"], found["skipped"], found["never_hit"]) == ({"names": 7}, {"cosmetic rule": 2}, 7)
    assert (found["hits"], found["last_hit"], found["changes"]["added"]) == (0, None, 1)


def test_a_file_of_the_appliance_is_no_source_for_a_page(bare: TestClient) -> None:
    refused = bare.post("/blocklists", json={"source": "/etc/passwd"})
    assert refused.status_code == 422 and "command line" in refused.text

# SPDX-License-Identifier: GPL-3.0-or-later
"""A sentence names things as people call them, and goes through a table and back in any language."""

import sqlite3

import pytest

from store.base.sentences import packed, say, unpacked
from store.history import called
from store.history.called import Called, resolve

pytestmark = pytest.mark.database

MADE = """
INSERT INTO "group" (id, name) VALUES (2, 'Kids');
INSERT INTO device (id, name, found_name, first_seen) VALUES (3, NULL, 'tv', 0), (4, NULL, NULL, 0);
INSERT INTO client (address, device_id, first_seen) VALUES ('192.168.1.3', 3, 0), ('192.168.1.4', 4, 0);
INSERT INTO schedule (id, name, windows) VALUES (5, 'Night', '[]');
INSERT INTO local_record (id, name, type, value, created_at) VALUES (6, 'nas.home', 'A', '192.168.1.9', 0);
"""


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (called.group(2), "Kids"), (called.device(3), "tv"), (called.device(4), "192.168.1.4"),
        (called.client("192.168.1.3"), "tv"), (called.client("192.168.1.4"), "192.168.1.4"),
        (called.schedule(5), "Night"), (called.record(6), "nas.home A 192.168.1.9"),
        (called.scope("house"), "the whole house"), (called.scope("group:2"), "Kids"), (called.scope("device:3"), "tv"),
        (called.scope("group:99"), "group:99"), (called.scope("nonsense"), "nonsense"), (called.rule(1), "1"),
        (called.blocklist("added:none"), "added:none"), (called.exception(1), "1"), (called.request(1), "1"),
        (called.forward(1), "1"),
    ],
)  # fmt: skip
def test_things_by_their_names(con: sqlite3.Connection, thing: Called, name: str) -> None:
    con.executescript(MADE)
    assert resolve(con, say("{thing} it is.", thing=thing)) == f"{name} it is."


def test_every_kind_can_be_asked_for(con: sqlite3.Connection) -> None:
    for kind in called._NAMES:
        assert resolve(con, say("{thing}", thing=Called(kind, 0))) == "0"


def test_names_inside_sentences_and_through_a_table(con: sqlite3.Connection) -> None:
    con.executescript(MADE)
    whole = resolve(con, say("Undone: {what}", what=say("{group} is made.", group=called.group(2))))
    again = unpacked(packed(whole))
    assert again == "Undone: Kids is made."
    assert (again.message, str(again.values["what"])) == ("Undone: {what}", "Kids is made.")
    assert resolve(con, "plain {text}") == "plain {text}"

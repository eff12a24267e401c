# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup put back: exactly what it holds, once or twice, whole or in part; or nothing at all."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store.accounts import login_sessions
from store.backup import backup_form
from store.backup.backup_form import load
from store.backup.restore import restore
from store.base import db
from store.config import account, edit, lists
from store.config.choices import ListKind, PackLevel
from store.config.engine import Engine
from store.config.lists import BlocklistSeed
from store.config.session import EditError
from store.devices import sightings_store
from store.history import acting
from store.history.acting import Acting, Origin
from store.household import groups, undo
from store.household.changes import changes

pytestmark = pytest.mark.database

PACK = BlocklistSeed("pack:xiaomi", ListKind.PACK, "Xiaomi", "", on=True, level=PackLevel.SAFE)


@pytest.fixture
def e(engine: Engine, state: Path) -> Iterator[Engine]:
    lists.sync_blocklists(engine, [PACK])
    with acting.as_(Acting(Origin.COMMAND, "somebody")):
        yield engine


def _backup(state: Path) -> str:
    with closing(db.connect(state / "config.db")) as con:
        return backup_form.dump(con)


def _lived_in(e: Engine, state: Path) -> str:
    with closing(db.connect(state / "config.db")) as con:
        sightings_store.sighted(con, "192.168.1.2", "aa:aa:aa:aa:aa:aa")
    kids = groups.add_group(e, "Kids")
    groups.set_groups(e, 1, [kids])
    edit.add_rule(e, "block", "games.example", scope=f"group:{kids}")
    edit.put_settings(e, {"log_keep_days": 9})
    lists.add_blocklist(e, "https://user:hunter2@lists.example/a.txt", "Ads")
    return _backup(state)


def test_all_is_as_it_was_and_twice_is_as_once(e: Engine, state: Path) -> None:
    first = _lived_in(e, state)
    groups.remove_group(e, 1)
    edit.add_rule(e, "allow", "school.example")
    lists.remove_blocklist(e, "added:ads")
    edit.put_settings(e, {"log_keep_days": None})
    changed = _backup(state)
    restore(e, load(first))
    assert _backup(state) == first
    count = len(changes(e))
    assert restore(e, load(first)).altered == 0 and len(changes(e)) == count
    assert undo.undo_last(e) == "Undone: A backup is restored."
    assert _backup(state) == changed


def test_what_was_added_since_goes(e: Engine, state: Path) -> None:
    """Restoring is no merging: a backup of nothing leaves nothing, and what is in it comes to no other group."""
    empty = _backup(state)
    _lived_in(e, state)
    restore(e, load(empty))
    assert json.loads(_backup(state))["tables"]["rule"] == [] == groups.groups(e)
    assert len(json.loads(_backup(state))["tables"]["client"]) == 1  # which the network has shown


def test_one_part_and_what_it_needs(e: Engine, state: Path) -> None:
    first = _lived_in(e, state)
    groups.change_group(e, 1, {"name": "Guests"})
    edit.remove_rule(e, 1)
    with pytest.raises(EditError, match="means a group 1 that is not the same here"):
        restore(e, load(first), ["rules"])
    assert edit.rules(e) == []
    assert restore(e, load(first), ["rules", "groups"]).parts == ("groups", "rules")
    assert [(rule.name, rule.scope_id) for rule in edit.rules(e)] == [("games.example", 1)]
    edit.put_settings(e, {"log_keep_days": 5})
    restore(e, load(first), ["rules"])
    assert json.loads(_backup(state))["tables"]["setting"] == [{"key": "log_keep_days", "value": "5"}]
    with pytest.raises(EditError, match="no part 'rule'"):
        restore(e, load(first), ["rule"])


def test_on_a_fresh_machine_the_password_comes_too_elsewhere_only_when_asked(e: Engine, state: Path) -> None:
    account.set_password(e, "the old password")
    token = account.create_token(e, "phone", "read")
    backup = load(_backup(state))
    account.set_password(e, "the new password")
    account.revoke_token(e, "phone")
    assert not restore(e, backup).access
    assert account.check(e, "the new password") and account.find_token(e, token) is None
    login_sessions.create_session(e, "192.168.1.2")
    assert restore(e, backup, ["access"]).access
    assert account.check(e, "the old password") and account.find_token(e, token) is not None
    assert login_sessions.session_addresses(e) == set()
    assert "hash" not in str(changes(e)[0].rows)
    with closing(db.connect(state / "config.db")) as con:
        con.executescript("DELETE FROM account; DELETE FROM token;")
    assert restore(e, backup).access and account.check(e, "the old password")


def test_lists_of_telltales_own_keep_their_words_and_new_ones_stay(e: Engine, state: Path) -> None:
    edit.set_toggle(e, "pack:xiaomi", "house", False)
    lists.update_blocklist(e, "pack:xiaomi", answer="nodata")
    backup = load(_backup(state))
    newer = [
        BlocklistSeed("pack:xiaomi", ListKind.PACK, "Xiaomi and Redmi", "", on=True, level=PackLevel.SAFE),
        BlocklistSeed("pack:new", ListKind.PACK, "New", "", on=True, level=PackLevel.SAFE),
    ]
    lists.sync_blocklists(e, newer)
    lists.update_blocklist(e, "pack:xiaomi", answer="")
    edit.set_toggle(e, "pack:xiaomi", "house", True)
    restore(e, backup)
    shown = {view.id: (view.title, view.on, view.answer) for view in lists.blocklists(e)}
    assert shown == {"pack:xiaomi": ("Xiaomi and Redmi", False, "nodata"), "pack:new": ("New", True, "")}


def test_a_list_that_this_telltale_does_not_have_comes_where_it_is_used(e: Engine, state: Path) -> None:
    lists.sync_blocklists(e, [PACK, BlocklistSeed("gone", ListKind.CATALOGUE, "Gone", "https://x.example/")])
    edit.set_toggle(e, "gone", "house", True)
    backup = load(_backup(state))
    edit.set_toggle(e, "gone", "house", False)
    lists.sync_blocklists(e, [PACK])
    restore(e, backup)
    assert lists.blocklist(e, "gone").on


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("setting", {"key": "log_keep_days", "value": '"soon"'}, r"Row 1 of setting .*log_keep_days"),
        ("setting", {"key": "log_keep_days", "value": "{"}, "Row 1 of setting"),
        ("setting", {"key": "no_such", "value": "1"}, "no setting 'no_such'"),
        ("rule", {"kind": "block", "name": "(", "form": "regex"}, "Row 1 of rule"),
        ("rule", {"kind": "block", "name": "a b"}, "Row 1 of rule"),
        ("rule", {"kind": "block", "name": "x.example", "scope_kind": "group", "scope_id": 7}, "group 7"),
        ("group", {"name": "\u202e"}, "Row 1 of group"),
        ("group", {"name": "Kids", "upstreams": "[5]"}, "Row 1 of group"),
        ("group", {"name": "Kids", "schedule_id": 9}, "schedule 9|points to what is not there"),
        ("blocklist", {"id": "added:x", "kind": "added", "source": "gopher://x"}, "Row 1 of blocklist"),
        ("device", {"name": "\n", "first_seen": 0}, "Row 1 of device"),
        ("client", {"address": "<b>", "device_id": 1, "first_seen": 0}, "Row 1 of client"),
        ("account", {"password_hash": "x", "changed_at": 0}, "Row 1 of account"),
    ],
)
def test_what_no_page_would_take_is_refused_and_nothing_written(
    e: Engine, state: Path, table: str, row: dict[str, Any], words: str
) -> None:
    before = _lived_in(e, state)
    usual: dict[str, dict[str, Any]] = {
        "rule": {"id": 1, "scope_kind": "house", "scope_id": 0, "subdomains": 1, "comment": "", "created_at": 0},
        "group": {"id": 1}, "device": {"id": 1}, "account": {"id": 1},
        "blocklist": {"title": "", "allow": 0, "about": "", "licence": "", "purpose": "", "size": "", "homepage": "",
                      "added_at": 0},
    }  # fmt: skip
    given = {**json.loads(before), "tables": {table: [{**usual.get(table, {}), **row}]}}
    with pytest.raises(EditError, match=words):
        restore(e, load(json.dumps(given)))
    assert _backup(state) == before


def test_the_policy_is_built_anew(e: Engine, state: Path) -> None:
    first = _lived_in(e, state)
    edit.remove_rule(e, 1)
    with closing(db.connect(state / "config.db")) as con:
        sql = "SELECT value FROM meta WHERE key = 'policy_version'"
        version = int(con.execute(sql).fetchone()[0])
        restore(e, load(first))
        assert int(con.execute(sql).fetchone()[0]) > version


def test_new_devices_have_the_group_in_which_they_land(e: Engine, state: Path) -> None:
    """Neither the setting without its group nor the group's going; what was so before is no reason."""
    none = _backup(state)
    groups.add_group(e, "Guests")
    edit.put_settings(e, {"new_devices": "Guests"})
    first = _backup(state)
    restore(e, load(none))
    with pytest.raises(EditError, match="“Guests”, which would not be here: restore settings and groups both"):
        restore(e, load(first), ["settings"])
    restore(e, load(first), ["settings", "groups"])
    with pytest.raises(EditError, match="“Guests”, which would not be here"):
        restore(e, load(none), ["groups"])
    restore(e, load(none), ["settings", "groups"])
    gone = json.loads(first)
    gone["tables"]["group"] = []
    restore(e, load(json.dumps(gone)))
    restore(e, load(none))

# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup's text: the same state gives the same bytes; what is no backup is refused in plain words."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from store.accounts import login_sessions
from store.backup import backup_form
from store.backup.backup_form import PARTS, TABLES, dump, load
from store.base.migration_steps import newest_version
from store.certificates import certificate_files, home_certificate
from store.config import account, edit
from store.config.engine import Engine
from store.config.session import EditError
from store.config.settings import Settings
from store.history.tracked import TRACKED
from store.household import groups


def _with(con: sqlite3.Connection, **changes: Any) -> str:
    return json.dumps({**json.loads(dump(con)), **changes})


def test_every_table_of_decisions_is_in_one_part() -> None:
    assert sorted(TABLES) == sorted([*TRACKED, *PARTS["access"]])
    assert len(set(TABLES)) == len(TABLES) == sum(map(len, PARTS.values()))


@pytest.mark.database
def test_the_text_can_be_compared_line_by_line(con: sqlite3.Connection, engine: Engine) -> None:
    empty = dump(con)
    assert empty == dump(con) and empty.endswith("}\n")
    assert json.loads(empty)["tables"].keys() == set(TABLES)
    edit.add_rule(engine, "block", "ads.example")
    groups.add_group(engine, "Bär")
    before, after = empty.splitlines(), dump(con).splitlines()
    added = [line.strip() for line in after if line not in before]
    assert [line[:12] for line in added if line.startswith("{")] == ['{"answer": "', '{"answer": "']
    assert '"name": "Bär"' in dump(con)


@pytest.mark.database
def test_what_is_read_is_what_was_written(con: sqlite3.Connection, engine: Engine) -> None:
    groups.add_group(engine, "Kids")
    backup = load(dump(con))
    assert backup.tables["group"][0]["name"] == "Kids"
    assert backup.schema == newest_version()


@pytest.mark.database
def test_no_key_and_no_certificate_is_in_it(con: sqlite3.Connection, state: Path) -> None:
    home_certificate.make(state, Settings(), time.time())
    text = dump(con)
    for name in (certificate_files.HOME, certificate_files.CA, certificate_files.CA_KEY):
        lines = (certificate_files.folder(state) / name).read_text().splitlines()
        assert not [line for line in lines if line in text]


@pytest.mark.database
def test_no_session_is_in_it_and_no_history(con: sqlite3.Connection, engine: Engine) -> None:
    account.set_password(engine, "correct horse")
    session = login_sessions.create_session(engine, "192.168.1.2")
    text = dump(con)
    assert session.csrf not in text and "correct horse" not in text
    assert "scrypt$" in text and "The password is set" not in text


@pytest.mark.database
def test_one_of_an_older_telltale_is_brought_up_to_date(con: sqlite3.Connection) -> None:
    """As config.db would be: groups of devices stood in a column of the device until 0006."""
    old = {
        "telltale": "backup", "form": 1, "schema": 3, "tables": {
            "group": [{"id": 1, "name": "Kids", "answer": ""}],
            "device": [{"id": 7, "name": "TV", "group_id": 1, "first_seen": 5}],
        },
    }  # fmt: skip
    tables = load(json.dumps(old)).tables
    assert tables["group"][0]["upstreams"] == "[]"
    assert "group_id" not in tables["device"][0]
    assert "setting" not in tables  # what the text does not tell of is left alone


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no backup of Telltale"), ("hello", "no backup of Telltale"), ("[]", "no backup of Telltale"),
        ('{"server": "dns", "status": "invalid-token"}', "no backup of Telltale"),
        ("PK\x03\x04", "archive"), ("\x1f\x8b", "archive"), ("[" * 100_000, "no backup of Telltale"),
        ('{"telltale": "backup", "form": 1, "schema": "x", "tables": {}}', "of which version"),
        ('{"telltale": "backup", "form": true, "schema": 3, "tables": {}}', "of which version"),
        ('{"telltale": "backup", "form": 1, "schema": 0, "tables": {}}', "of which version"),
        ('{"telltale": "backup", "form": 2, "schema": 3, "tables": {}}', "newer Telltale"),
        ('{"telltale": "backup", "form": 1, "schema": 9999, "tables": {}}', "newer Telltale"),
        ('{"telltale": "backup", "form": 1, "schema": 3}', "tables are missing"),
        ('{"telltale": "backup", "form": 1, "schema": 3, "tables": {"rule": {}}}', "tables are missing"),
    ],
)  # fmt: skip
def test_what_is_no_backup_is_refused(text: str, words: str) -> None:
    with pytest.raises(EditError, match=words):
        load(text)


@pytest.mark.database
def test_one_that_is_cut_off_anywhere_is_refused(con: sqlite3.Connection, engine: Engine) -> None:
    groups.add_group(engine, "Kids")
    text = dump(con)
    for length in range(0, len(text) - 2, 97):
        with pytest.raises(EditError, match=r"cut off|no backup"):
            load(text[:length])


@pytest.mark.database
@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"meta": []}, "table 'meta'"), ({"session": []}, "table 'session'"), ({"x'; DROP": []}, "does not know"),
        ({"group": [5]}, "Row 1 of group .* is no row"), ({"group": [{}]}, "Row 1 of group"),
        ({"group": [{"id": 1, "colour": "red"}]}, "column 'colour'"),
        ({"group": [{"id": "one", "name": "Kids"}]}, "has a id that cannot be"),
        ({"group": [{"id": 1, "name": ["Kids"]}]}, "has a name that cannot be"),
        ({"group": [{"id": 2**70, "name": "Kids"}]}, "not valid"),
        ({"group": [{"id": 1}]}, "not valid"),
        ({"group": [{"id": 1, "name": "Kids"}, {"id": 1, "name": "Guests"}]}, "Row 2 of group .* not valid"),
        ({"group": [{"id": 1, "name": "\ud800"}]}, "not valid"),
        ({"wall_switch": [{"scope_kind": "x", "scope_id": 1, "switch": "raw", "mode": "off"}]}, "not valid"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_are_named(con: sqlite3.Connection, tables: dict[str, Any], words: str) -> None:
    with pytest.raises(EditError, match=words):
        load(_with(con, tables=tables))


def test_parts_by_name() -> None:
    assert backup_form.part_names([]) == list(PARTS)
    assert backup_form.part_names(["rules", "settings"]) == ["settings", "rules"]
    with pytest.raises(EditError, match="no part 'blocklists'"):
        backup_form.part_names(["blocklists"])

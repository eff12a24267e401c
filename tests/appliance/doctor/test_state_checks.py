# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on the state directory."""

import shutil
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from observed import observed

from appliance.doctor import state_checks
from appliance.doctor.examined import BAD, OK, WARNING, Finding
from store.base import db
from store.base.private_files import close_to_others
from store.config import list_status, lists, session
from store.config.choices import ListKind
from store.health import unreached

pytestmark = pytest.mark.database


def states(findings: "list[Finding]") -> list[str]:
    return [finding.state for finding in findings]


def test_a_sound_directory(prepared: Path) -> None:
    for check in (state_checks.directory, state_checks.config_db, state_checks.index):
        assert states(list(check(observed(prepared)))) == [OK]


def test_as_many_lists_are_compiled_as_the_command_lists_shows_with_names(prepared: Path) -> None:
    """53 were, of 17: each level of a pack and the wall's lists were counted."""
    with closing(db.connect(prepared / "config.db", read_only=True)) as con:
        packs = [row for row in list_status.installed(con) if row.kind == ListKind.PACK]
    (found,) = state_checks.index(observed(prepared))
    assert found.text.startswith(f"{len(packs)} blocklists are compiled: ")


def test_a_full_disk(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(prepared)
    for free, state in ((100, WARNING), (1, BAD)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage._replace(free=free * 1024 * 1024))
        (found,) = state_checks.directory(observed(prepared))
        assert found.state == state
        assert "room" in found.cure


def test_a_damaged_config_and_index(state: Path) -> None:
    (state / "config.db").write_bytes(b"rubbish" * 1000)
    (state / "index" / "current.idx").write_bytes(b"rubbish")
    (found,) = state_checks.config_db(observed(state))
    assert found.state == BAD
    assert "damaged" in found.text
    assert "last good copy" in found.cure
    (found,) = state_checks.index(observed(state))
    assert found.state == BAD


def test_files_that_others_can_read_are_told_of(state: Path) -> None:
    close_to_others(state)
    assert list(state_checks.privacy(observed(state))) == []
    (state / "querylog.db-wal").touch()
    (state / "querylog.db-wal").chmod(0o644)
    (found,) = state_checks.privacy(observed(state))
    assert found.state == WARNING and "querylog.db-wal" in found.text


def test_lists_with_errors_and_old_ones_are_named(state: Path, tmp_path: Path) -> None:
    engine = session.engine(state)
    for view in lists.blocklists(engine):
        if view.kind != "pack" and view.on:
            from store.config import edit

            edit.set_toggle(engine, view.id, "house", False)
    broken = lists.add_blocklist(engine, "https://lists.example/broken")
    old = lists.add_blocklist(engine, "https://lists.example/old")
    fresh = lists.add_blocklist(engine, "https://lists.example/fresh")
    now = int(time.time())
    with closing(db.connect(state / "config.db")) as con:
        list_status.note(con, broken, lambda status: replace(status, checked_at=now, error="it is a web page"))
        list_status.note(con, old, lambda status: replace(status, checked_at=now - 30 * 86_400))
        list_status.note(con, fresh, lambda status: replace(status, checked_at=now))
    found = list(state_checks.lists(observed(state)))
    assert states(found) == [WARNING, WARNING]
    assert "it is a web page" in found[0].text
    assert f"lists off {broken}" in found[0].cure
    assert "30 days ago" in found[1].text
    with closing(db.connect(state / "config.db")) as con:
        list_status.note(con, broken, lambda status: replace(status, error=unreached.no_address("temporary failure")))
    away = next(iter(state_checks.lists(observed(state))))
    assert away.cure.startswith("It is fetched by itself once") and f"lists off {broken}" in away.cure

# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from store.accounts import login_sessions, two_step
from store.base import db
from store.config import edit
from store.config.settings import Settings
from webui.http.state import WebUi

pytestmark = pytest.mark.database


def test_settings_are_kept_for_a_moment_and_forgotten_after_an_edit(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    ui = WebUi(tmp_path, tmp_path, {})
    before = ui.settings()
    edit.put_settings(edit.engine(tmp_path), {"own_name": "pihole"})
    assert ui.settings() is before
    ui.forget_settings()
    assert ui.settings().own_name == "pihole"


def test_settings_that_do_not_read_leave_the_ones_before(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ui = WebUi(tmp_path, tmp_path, {"TELLTALE_OWN_NAME": "box"})
    assert ui.settings().own_name == "box"
    (tmp_path / "telltale.toml").write_text("nonsense")
    ui._settings = (float("-inf"), ui.settings())
    assert ui.settings().own_name == "box"
    assert "telltale.toml does not read as TOML" in caplog.text
    assert WebUi(tmp_path, tmp_path, {}).settings() == Settings()


def test_a_backup_that_waits_for_a_yes_keeps_the_process_awake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_sessions, "_unwritten", {})  # of other tests
    monkeypatch.setattr(two_step, "_unwritten_steps", {})
    ui = WebUi(tmp_path, tmp_path, {})
    assert not ui.is_busy()
    key = ui.kept_backups.keep("home.json", "{}")
    assert ui.is_busy()
    ui.kept_backups.drop(key)
    assert not ui.is_busy()

# SPDX-License-Identifier: GPL-3.0-or-later
"""A slip ends nothing that worked before: every setting, in a variable and in the file."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.config import settings, usable_settings
from store.config.settings import SETTINGS, Settings, variable


@pytest.mark.parametrize("key", SETTINGS)
def test_a_wrong_variable_gives_way_to_the_value_of_the_last_good_start(tmp_path: Path, key: str) -> None:
    good = other_than_default(key)
    usable_settings.remember(tmp_path, {variable(key): good})
    wrong = {variable(key): ",".join(["\0"] * 70)}
    usable = usable_settings.look(tmp_path, wrong)
    assert settings.value_of(usable.settings, key) == settings.from_text(key, good)
    assert len(usable.faults) == 1 and variable(key) in usable.faults[0] and key in usable.faults[0]
    usable_settings.remember(tmp_path, wrong)
    assert usable_settings.load(tmp_path, wrong) == usable.settings, "a start with the slip forgets nothing"


def other_than_default(key: str) -> str:
    setting = SETTINGS[key]
    choices = [choice for choice in setting.choices if choice != setting.default]
    if choices:
        return str(choices[-1])
    if isinstance(setting.default, int | float):
        return str(int(setting.high - 1))
    texts = {"dns": "127.0.0.7:53", "web": "127.0.0.7:80", "upstreams": "192.0.2.7", "own_name": "house"}
    texts |= {"lease_files": "/leases", "certificate": "/full.pem", "certificate_key": "/key.pem"}
    texts |= {"client_subnet": "192.0.2.0/24", "recursive_hints": "/hints", "dnssec_anchors": "/anchors"}
    texts |= {"my_exceptions_for": "group:2=ask", "log_unnamed": "device:5"}
    for text in (texts.get(key, ""), "192.0.2.7", "2001:db8::7", "192.0.2.0/24", "xiaomi", "some-list"):
        try:
            if text and settings.from_text(key, text) != setting.default:
                return text
        except settings.SettingError:
            continue
    raise AssertionError(f"no other value for {key}")


def test_without_a_good_start_the_stored_value_or_the_default_holds(tmp_path: Path) -> None:
    usable = usable_settings.look(tmp_path, {"TELLTALE_WORKERS": "two", "TELLTALE_UPDATE_HOURS": "6"})
    assert usable.settings.workers == Settings().workers and usable.settings.update_hours == 6
    (fault,) = usable.faults
    assert "TELLTALE_WORKERS" in fault and "workers is 1" in fault


@pytest.mark.parametrize("text", ["workers = = 3", "\udcff", "[", "workers = 'many'", "wrokers = 3"])
def test_a_slip_in_the_file_gives_way_to_what_stood_there(tmp_path: Path, text: str) -> None:
    path = tmp_path / "telltale.toml"
    path.write_text("workers = 3\nupdate_hours = 6\n")
    usable_settings.remember(tmp_path, {})
    path.write_text(text, errors="surrogateescape")
    usable = usable_settings.look(tmp_path, {})
    assert len(usable.faults) == 1 and "telltale.toml" in usable.faults[0]
    if text != "wrokers = 3":
        assert usable.settings.workers == 3


def test_a_pipe_or_a_folder_in_the_place_of_the_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    for make in (os.mkfifo, os.mkdir):
        path = tmp_path / make.__name__
        path.mkdir()
        make(path / "telltale.toml")
        make(path / usable_settings.FILE_NAME)
        assert len(usable_settings.look(path, {}).faults) == 1


def test_a_value_that_was_taken_away_is_not_remembered(tmp_path: Path) -> None:
    usable_settings.remember(tmp_path, {"TELLTALE_WORKERS": "3"})
    usable_settings.remember(tmp_path, {})
    assert usable_settings.load(tmp_path, {"TELLTALE_WORKERS": "two"}).workers == Settings().workers


@pytest.mark.database
def test_what_cannot_be_read_is_nothing_of_news(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    (tmp_path / "telltale.toml").write_text("log_keep_days = 9\n")
    loaded = usable_settings.load_stored(tmp_path, {})
    assert loaded is not None and loaded.log_keep_days == 9
    with closing(sqlite3.connect(tmp_path / "config.db")) as con:
        con.execute("PRAGMA locking_mode = EXCLUSIVE")
        con.execute("BEGIN EXCLUSIVE")
        assert usable_settings.load_stored(tmp_path, {}) is None
    (tmp_path / "config.db").write_bytes(b"garbage" * 1000)
    assert usable_settings.load_stored(tmp_path, {}) is None
    assert usable_settings.load_stored(tmp_path / "nowhere", {}) is None

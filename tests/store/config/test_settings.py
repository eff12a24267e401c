# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import errno
import logging
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import db, file_faults
from store.config import edit, settings
from store.config.engine import Engine
from store.config.settings import SettingError, Settings


@pytest.mark.database
def test_the_language_of_the_house_is_found_without_a_complaint(tmp_path: Path) -> None:
    assert settings.language_of(tmp_path) == ""
    db.open_config(tmp_path)
    assert settings.language_of(tmp_path) == ""
    with contextlib.closing(db.connect(tmp_path / "config.db")) as con:
        con.execute("INSERT INTO setting (key, value) VALUES ('language', '\"fr\"')")
    assert settings.language_of(tmp_path) == "fr"
    (tmp_path / "telltale.toml").write_text('language = "de"')
    assert settings.language_of(tmp_path) == "de"
    for wrong in ('language = "xx"', "language = 7", "[", "\xff"):
        (tmp_path / "telltale.toml").write_bytes(wrong.encode("latin-1"))
        assert settings.language_of(tmp_path) == ""
    (tmp_path / "telltale.toml").unlink()
    (tmp_path / "config.db").write_bytes(b"no database" * 500)
    assert settings.language_of(tmp_path) == ""


def test_the_defaults_are_what_a_first_start_has(tmp_path: Path) -> None:
    assert settings.load(tmp_path, {}) == Settings()
    assert settings.locked(tmp_path, {}) == {}


@pytest.mark.database
def test_the_environment_wins_over_the_file_and_the_file_over_the_table(state: Path, engine: Engine) -> None:
    edit.put_settings(engine, {"workers": 3, "update_hours": 6, "log_keep_days": 7})
    (state / "telltale.toml").write_text("workers = 4\nupdate_hours = 12\n")
    environ = {"TELLTALE_WORKERS": "5", "TELLTALE_DNS": "127.0.0.1:5300, [::1]:5300"}
    found = settings.load(state, environ)
    assert (found.workers, found.update_hours, found.log_keep_days) == (5, 12, 7)
    assert found.dns == ("127.0.0.1:5300", "[::1]:5300")
    assert settings.locked(state, environ) == {
        "workers": "environment", "dns": "environment", "update_hours": "telltale.toml",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sinkole = 'null'", "no setting 'sinkole'"),
        ("workers = 'many'", "whole number"),
        ("workers = 0", "from 1 to 64"),
        ("workers = true", "whole number"),
        ("dns = []", "At least one"),
        ("sinkhole = 'honeypot'", "nxdomain"),
        ("workers = = 3", "does not read as TOML"),
        ("[resolver]\nworkers = 3", "no setting 'resolver'"),
    ],
)
def test_a_slip_in_the_file_is_an_error_that_names_the_file_and_the_fault(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "telltale.toml").write_text(text)
    with pytest.raises(SettingError, match=words) as caught:
        settings.load(tmp_path, {})
    assert "telltale.toml" in str(caught.value)


def test_a_file_that_this_user_may_not_read_is_not_called_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _: int) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(file_faults, "read", refuse)
    with pytest.raises(SettingError, match=r"telltale.toml cannot be read \(Permission denied\); give it to the user"):
        settings.load(tmp_path, {})


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="TELLTALE_WORKERS"):
        settings.load(tmp_path, {"TELLTALE_WORKERS": "two"})


@pytest.mark.database
def test_a_stored_value_of_another_version_is_passed_over(
    state: Path, con: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    con.execute("INSERT INTO setting VALUES ('workers', '1000'), ('gone', '1'), ('update_hours', '5'), ('web', '{')")
    with caplog.at_level(logging.WARNING):
        found = settings.load(state, {})
    assert (found.workers, found.update_hours) == (Settings().workers, 5)
    assert len(caplog.records) == 3


@pytest.mark.database
def test_a_damaged_config_does_not_stop_dns(tmp_path: Path) -> None:
    (tmp_path / "config.db").write_bytes(b"nonsense" * 1000)
    assert settings.load(tmp_path, {}) == Settings()


SCALARS = st.none() | st.booleans() | st.text() | st.integers() | st.floats()
VALUES = SCALARS | st.lists(SCALARS) | st.dictionaries(st.text(), SCALARS)


@given(st.sampled_from([*settings.SETTINGS, "x"]), VALUES)
def test_any_value_is_taken_or_refused_in_a_sentence(key: str, value: object) -> None:
    try:
        taken = settings.validate(key, value)
    except SettingError as error:
        assert str(error).rstrip().endswith(".")
    else:
        assert settings.validate(key, taken) == taken
        assert type(taken) is type(settings.SETTINGS[key].default)


@given(st.text())
def test_any_text_is_taken_or_refused(text: str) -> None:
    for key in settings.SETTINGS:
        try:
            settings.from_text(key, text)
        except SettingError:
            continue


def test_state_directory_by_option_variable_and_user(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.state_dir("/a", {"TELLTALE_STATE": "/b"}) == Path("/a")
    assert settings.state_dir(None, {"TELLTALE_STATE": "/b"}) == Path("/b")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert settings.state_dir(None, {}) == Path("/var/lib/telltale")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert settings.state_dir(None, {"HOME": "/h"}) == Path("/h/.local/state/telltale")
    assert settings.state_dir(None, {"XDG_STATE_HOME": "/x"}) == Path("/x/telltale")


@pytest.mark.parametrize(
    "text", ["0", "-1", "65", "99999999999999999999999", "9" * 5000, "1e999", "1.5", "nan", "٣", "1_0"]
)
def test_a_number_that_cannot_be_says_which_can(text: str) -> None:
    with pytest.raises(SettingError, match=r"from 1 to 64\.$") as refused:
        settings.from_text("workers", text)
    assert len(str(refused.value)) < 120


def test_numbers_as_people_write_them() -> None:
    assert settings.from_text("workers", " 3 ") == 3
    assert settings.from_text("log_commit_seconds", ".5") == settings.from_text("log_commit_seconds", "5e-1") == 0.5

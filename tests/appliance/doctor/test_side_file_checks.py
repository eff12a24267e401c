# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on the files beside config.db: sound ones pass, damaged ones are named, with what becomes of them."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from observed import observed

from appliance.doctor import side_file_checks
from appliance.doctor.examined import BAD, WARNING
from evidence.base import evidence_file
from evidence.chain import chain_file
from evidence.idle_test import idle_tests_file
from store.base import side_file
from store.wall import bypass

pytestmark = pytest.mark.database

FILES = (evidence_file.FILE_NAME, chain_file.FILE_NAME, idle_tests_file.FILE_NAME, bypass.FILE_NAME)


@pytest.fixture
def sound(state: Path) -> Path:
    """A state directory with all four."""
    for name in FILES:
        side_file.open_writer(state / name, side_file_checks._FILES[name][0]).close()
    return state


def test_sound_ones_and_none_are_no_news(state: Path) -> None:
    assert list(side_file_checks.side_files(observed(state))) == []
    for name in FILES:
        side_file.open_writer(state / name, side_file_checks._FILES[name][0]).close()
    assert list(side_file_checks.side_files(observed(state))) == []


def _garbage(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [_garbage, _cut, _folder, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_one_is_bad_and_told_with_what_becomes_of_it(
    sound: Path, name: str, damage: Callable[[Path], object]
) -> None:
    damage(sound / name)
    (finding,) = side_file_checks.side_files(observed(sound))
    assert (finding.check, finding.state) == (name, BAD) and name in finding.text and finding.cure


def test_large_ones_are_not_read_whole(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_file_checks, "_WHOLE", 0)
    assert list(side_file_checks.side_files(observed(sound))) == []
    _garbage(sound / evidence_file.FILE_NAME)
    assert [finding.state for finding in side_file_checks.side_files(observed(sound))] == [BAD]


def test_what_was_put_aside_is_told_of_until_it_is_gone(sound: Path) -> None:
    _garbage(sound / idle_tests_file.FILE_NAME)
    idle_tests_file.open_writer(sound).close()
    (finding,) = side_file_checks.side_files(observed(sound))
    aside = idle_tests_file.asides(sound)[0]
    assert finding.state == WARNING and aside in finding.text and "--only idle_tests" in finding.cure
    (sound / aside).unlink()
    assert list(side_file_checks.side_files(observed(sound))) == []


def test_one_of_a_newer_telltale_is_told_of(sound: Path) -> None:
    with closing(chain_file.open_writer(sound)) as con:
        con.execute("PRAGMA user_version = 99")
    (finding,) = side_file_checks.side_files(observed(sound))
    assert finding.state == WARNING and "newer" in finding.text and finding.cure == "Install that newer Telltale."

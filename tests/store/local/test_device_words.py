# SPDX-License-Identifier: GPL-3.0-or-later
"""Words by which devices say who they are."""

from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.config import edit
from store.config.session import NotFound
from store.local import device_word_edit, device_words
from store.local.device_words import LENGTH, LETTERS, DeviceWords

pytestmark = pytest.mark.database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three devices: one named by hand, one named by the network, and another with the name of the first."""
    db.open_config(tmp_path)
    with closing(db.connect(tmp_path / "config.db")) as con:
        con.execute("INSERT INTO device (id, name, found_name, first_seen) VALUES (1, NULL, 'toms-phone', 1)")
        con.execute("INSERT INTO device (id, name, first_seen) VALUES (2, 'Tom''s phone', 1), (3, 'Küche', 1)")
        con.commit()
    return tmp_path


def words(home: Path) -> DeviceWords:
    with closing(db.connect(home / "config.db", read_only=True)) as con:
        return device_words.load(con)


def test_a_friendly_word_is_a_devices_name_and_a_persons_goes_first(home: Path) -> None:
    assert words(home) == DeviceWords({}, {"toms-phone": 2, "kuche": 3})


def test_a_secret_word_is_made_once_and_cannot_be_guessed(home: Path) -> None:
    engine = edit.engine(home)
    word = device_word_edit.word_of(engine, 2)
    assert len(word) == LENGTH and set(word) <= set(LETTERS)
    assert device_word_edit.word_of(engine, 2) == word != device_word_edit.word_of(engine, 3)
    assert words(home).secret[word] == 2


def test_a_new_word_takes_the_place_of_the_one_before(home: Path) -> None:
    engine = edit.engine(home)
    before, after = device_word_edit.word_of(engine, 2), device_word_edit.new_word(engine, 2)
    assert words(home).secret == {after: 2} and before != after
    with closing(db.connect(home / "config.db", read_only=True)) as con:
        assert device_words.secret_of(con, 2) == after
        assert device_words.secret_of(con, 3) == ""


def test_nobody_that_is_not_there_gets_one(home: Path) -> None:
    with pytest.raises(NotFound):
        device_word_edit.word_of(edit.engine(home), 99)

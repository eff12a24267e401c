# SPDX-License-Identifier: GPL-3.0-or-later
"""idle_tests.db: its owner's alone; an empty one while there is none; a damaged one is kept aside."""

from contextlib import closing
from pathlib import Path

import pytest
from idle_home import begun

from evidence.idle_test import idle_test_rows, idle_tests_file

pytestmark = pytest.mark.database


def test_reading_makes_none(tmp_path: Path) -> None:
    with closing(idle_tests_file.open_reader(tmp_path)) as con:
        assert idle_test_rows.tests(con) == []
    assert list(tmp_path.iterdir()) == []


def test_it_is_the_owners_alone_and_stays(tmp_path: Path) -> None:
    test = begun(tmp_path)
    assert (tmp_path / idle_tests_file.FILE_NAME).stat().st_mode & 0o077 == 0
    with closing(idle_tests_file.open_reader(tmp_path)) as con:
        assert idle_test_rows.tests(con) == [test]


def test_a_damaged_one_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / idle_tests_file.FILE_NAME).write_bytes(b"no database at all" * 100)
    assert begun(tmp_path).id == 1
    assert len([path for path in tmp_path.iterdir() if ".corrupt" in path.name]) == 1

# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of a file is told with what cures it, and without the words of a program."""

import sqlite3

import pytest

from store.base.file_faults import Fault, cure, unusable
from store.base.sentences import sentence_of


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_has_a_cure(fault: Fault) -> None:
    assert cure(fault).endswith(".")


def test_it_is_one_plain_sentence_and_its_cure() -> None:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert unusable("chain.db", busy) == (
        "chain.db cannot be used: another process holds it. Try again in a minute; if it stays so, end the other "
        "program that has it open."
    )
    assert "database is locked" not in unusable("chain.db", busy)
    full = unusable("x", OSError(28, "No space left on device"))
    assert full == "x cannot be used: the disk is full. Make room on the disk."


def test_an_error_of_the_system_is_told_without_its_number() -> None:
    assert sentence_of(FileNotFoundError(2, "No such file or directory", "/x")) == "No such file or directory"
    assert sentence_of(OSError("something else")) == "something else"

# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations are numbered without a gap, and their statements are told apart."""

import pytest

from store.base.migration_steps import migration_steps, newest_version, statements


@pytest.mark.parametrize("kind", ["config", "querylog", "bypass"])
def test_they_are_numbered_one_after_the_other(kind: str) -> None:
    numbers = [number for number, _ in migration_steps(kind)]
    assert numbers == list(range(1, newest_version(kind) + 1))


def test_a_trigger_is_one_statement() -> None:
    trigger = "CREATE TRIGGER t AFTER DELETE ON a BEGIN\n DELETE FROM b;\n DELETE FROM c;\nEND;\n"
    assert list(statements(f"-- of\nCREATE TABLE a (id);\n{trigger}")) == ["-- of\nCREATE TABLE a (id);\n", trigger]

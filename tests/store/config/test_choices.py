# SPDX-License-Identifier: GPL-3.0-or-later
import re
import sqlite3
from collections.abc import Iterable
from enum import StrEnum

import pytest

from store.config import choices
from store.config.choices import (
    ClientHow,
    ListKind,
    NameSource,
    PackLevel,
    Role,
    RuleForm,
    RuleKind,
    ScopeKind,
    TokenScope,
    WallMode,
)
from store.local.corrections import CorrectionScope
from store.local.finding_states import DecidedState

pytestmark = pytest.mark.database

# (table, column) whose words a CHECK of config.db names → the words.
CHECKED: dict[tuple[str, str], Iterable[StrEnum]] = {
    ("token", "scope"): TokenScope,
    ("account", "role"): Role,
    ("name_correction", "scope"): CorrectionScope,
    ("finding_state", "state"): DecidedState,
    ("blocklist", "kind"): ListKind,
    ("toggle", "level"): PackLevel,
    ("rule", "kind"): RuleKind,
    ("rule", "form"): RuleForm,
    ("toggle", "scope_kind"): ScopeKind,
    ("rule", "scope_kind"): ScopeKind,
    ("pause", "scope_kind"): ScopeKind,
    ("exception", "scope_kind"): ScopeKind,
    ("safe_search", "scope_kind"): ScopeKind,
    ("wall_switch", "scope_kind"): [kind for kind in ScopeKind if kind is not ScopeKind.HOUSE],  # whose are settings
    ("wall_switch", "mode"): WallMode,
    ("client", "how"): ClientHow,
    ("device_name", "source"): [source for source in NameSource if source is not NameSource.HAND],
}


def checks(con: sqlite3.Connection) -> dict[tuple[str, str], list[str]]:
    """Every CHECK (column IN (words)) of config.db."""
    found = {}
    for table, sql in con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        for column, words in re.findall(r"CHECK \((\w+) IN \(([^)]*)\)\)", sql):
            found[table, column] = [word.strip("' ") for word in words.split(",")]
    return found


def test_sql_holds_the_same_words(con: sqlite3.Connection) -> None:
    assert checks(con) == {where: list(words) for where, words in CHECKED.items()}


@pytest.mark.parametrize(
    ("level", "within"),
    [("safe", ["safe"]), ("strict", ["safe", "strict"]), ("everything", ["safe", "strict", "everything"])],
)
def test_a_level_takes_in_those_before_it(level: str, within: list[str]) -> None:
    assert list(PackLevel(level).within) == within


def test_words_to_choose_from() -> None:
    assert choices.either(RuleKind) == "block or allow"
    assert choices.either(PackLevel) == "safe, strict or everything"
    assert choices.either(["one"]) == "one"

# SPDX-License-Identifier: GPL-3.0-or-later
"""telemetry.tsv is read whole, and a bad line is refused."""

import pytest

from blocklists.whose.statement import Heed, Statement
from blocklists.whose.telemetry_table import load, rows
from store.names.purpose import Purpose


def test_the_file() -> None:
    assert {name: statement.company for name, _, statement in load()}["metrics.sony.se"] == "Sony"


def test_a_line() -> None:
    assert list(rows("a.test\texact\tAcme\t\tcrash\n")) == [
        ("a.test", False, Statement("telemetry", "Acme", None, Purpose.CRASH, Heed.NONE))
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a.test\texact\tAcme\tcrash", "line 1: not a name"),
        ("a.test\tall\tAcme\t\tcrash", "line 1: not a name"),
        ("a.test\texact\tAcme\t\tnonsense", "not a valid Purpose"),
        ("b.test\texact\tAcme\t\tads\na.test\texact\tAcme\t\tads", "line 2: a.test stands there twice or out of order"),
    ],
)
def test_a_bad_line_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        list(rows(text))

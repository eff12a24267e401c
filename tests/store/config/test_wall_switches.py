# SPDX-License-Identifier: GPL-3.0-or-later
from itertools import pairwise
from pathlib import Path

import pytest

from store.config.wall_switches import BY_NAME, KINDS, NAME_LISTS, SWITCH_OF, SWITCHES, Switch

GUIDE = (Path(__file__).parents[3] / "docs" / "wall.md").read_text("utf-8")


def test_no_two_rows_say_the_same() -> None:
    assert len(BY_NAME) == len({switch.title for switch in SWITCHES}) == len(SWITCHES)
    assert len(SWITCH_OF) == len(KINDS) == sum(len(switch.kinds) for switch in SWITCHES)
    assert list(NAME_LISTS) == [switch.names.id for switch in SWITCHES if switch.names]


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.name)
def test_a_row_is_whole_and_explained(switch: Switch) -> None:
    assert switch.about.endswith(".") and switch.kinds
    assert switch.setting == f"wall_{switch.name}"
    (row,) = (line for line in GUIDE.splitlines() if line.startswith(f"| `{switch.setting}` |"))
    assert [f"`{kind.name}`" for kind in switch.kinds] == row.split("|")[2].strip().split(", ")


def test_the_guide_has_them_in_the_same_order() -> None:
    places = [GUIDE.index(f"| `{switch.setting}` |") for switch in SWITCHES]
    assert all(before < after for before, after in pairwise(places))

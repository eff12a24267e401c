# SPDX-License-Identifier: GPL-3.0-or-later
from enum import StrEnum
from typing import Any

import pytest

from store.config import setting_values
from store.config.setting_values import Setting


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


SEVERAL = Setting("names", ("a",), "Names.", check=str.strip)
CHOSEN = Setting("colour", Colour.RED, "A colour.", choices=tuple(Colour))
NUMBER, SHARE = Setting("count", 3, "A count.", low=1, high=9), Setting("share", 0.5, "A share.", low=0, high=1)


@pytest.mark.parametrize(
    ("setting", "value", "taken"),
    [
        (SEVERAL, " b, a,b,", ("b", "a")),
        (SEVERAL, ["c"], ("c",)),
        (Setting("none", (), "Perhaps some."), [], ()),
        (Setting("word", "x", "A word.", check=str.lower), "ABC", "abc"),
        (NUMBER, 9, 9),
        (SHARE, 1, 1.0),
    ],
)
def test_values_are_taken_as_they_are_meant(setting: Setting, value: object, taken: Any) -> None:
    found = setting.take(value)
    assert found == taken and type(found) is type(taken)


def test_a_choice_is_the_member_of_its_enum() -> None:
    assert CHOSEN.take("blue") is Colour.BLUE


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        (SEVERAL, [], "At least one"),
        (SEVERAL, [1], "list of texts"),
        (SEVERAL, [str(number) for number in range(setting_values.MAX_VALUES + 1)], "At most 64"),
        (CHOSEN, "green", "none of red, blue"),
        (CHOSEN, 1, "takes a text"),
        (NUMBER, 10, "from 1 to 9"),
        (NUMBER, True, "whole number"),
        (NUMBER, 1.5, "whole number"),
        (SHARE, "1", "a number"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(setting: Setting, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        setting.take(value)
    assert str(caught.value).endswith(".")

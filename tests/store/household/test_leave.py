# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.config.endpoints import check_leave
from store.household.leave import leave_of


def test_the_device_s_own_word_then_the_strictest_of_its_groups_then_the_house_s() -> None:
    others = ("group:1=ask", "group:2=no", "group:3=yes", "device:7=yes")
    assert leave_of("yes", others, 1, ()) == "yes"
    assert leave_of("ask", others, 1, (4,)) == "ask"
    assert leave_of("ask", others, 1, (3,)) == "yes"
    assert leave_of("yes", others, 1, (3, 1)) == "ask"
    assert leave_of("yes", others, 1, (1, 2, 3)) == "no"
    assert leave_of("no", others, 7, (1, 2)) == "yes"


def test_it_is_tidied() -> None:
    assert check_leave(" group:2 = ask ") == "group:2=ask"


@pytest.mark.parametrize("text", ["group:2", "group:2=", "group:2=maybe", "house=ask", "=ask", "kids=ask"])
def test_what_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not say who may what|is no scope"):
        check_leave(text)

# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config import scopes
from store.config.choices import ScopeKind
from store.config.scopes import Scope


@pytest.mark.parametrize(
    ("text", "found"), [("house", ("house", 0)), ("group:1", ("group", 1)), ("device:37", ("device", 37))]
)
def test_a_scope_comes_back_as_it_is_written(text: str, found: tuple[str, int]) -> None:
    assert Scope.parse(text) == Scope.of_row(*found) == found
    assert str(Scope.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "House", "house:1", "group", "group:", "group:0", "device:-1", "device:x", "device:²", "device:" + "9" * 20,
        "device:" + "0" * 12 + "9" * 20,
    ],
)  # fmt: skip
def test_what_is_no_scope(text: str) -> None:
    with pytest.raises(ValueError, match="write house, group:ID"):
        Scope.parse(text)


@given(st.text() | st.from_regex(r"(house|group|device):?\d*"))
def test_any_text_is_a_scope_of_ours_or_none(text: str) -> None:
    try:
        scope = Scope.parse(text)
    except ValueError:
        return
    assert scope == scopes.HOUSE or (scope.kind != ScopeKind.HOUSE and 0 < scope.number < 2**31)


def test_the_house_comes_first_and_devices_last() -> None:
    named = {"device:1": "b", "group:2": "z", "device:3": "A", "house": "the house", "group:1": "C"}
    found = [scope for scope, _ in scopes.in_order(named.items())]
    assert found == ["house", "group:1", "group:2", "device:3", "device:1"]
    assert (str(scopes.group(2)), str(scopes.device(3))) == ("group:2", "device:3")

# SPDX-License-Identifier: GPL-3.0-or-later
"""The very same things have one number, by a dict of their ids and by machine code where that runs (`native`)."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import HOUSE

from native import finder
from resolver.kept import identities as running


@pytest.fixture(params=["plain", "machine code"])
def identities(request: pytest.FixtureRequest) -> ModuleType:
    if request.param == "machine code":
        if str(running.__file__).endswith(".py"):
            pytest.skip("no machine code runs here (make compiled)")
        return running
    spec = importlib.util.spec_from_file_location("plain_identities", HOUSE / "resolver/kept/identities.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picks=st.lists(st.integers(0, 40), max_size=300))
def test_each_thing_has_the_number_of_its_first_place(identities: ModuleType, picks: list[int]) -> None:
    made = [[number] for number in range(41)]
    different, numbers = identities.numbered([made[pick] for pick in picks])
    assert numbers.typecode == "H" and len(numbers) == len(picks)
    assert all(different[number] is made[pick] for number, pick in zip(numbers, picks, strict=True))
    assert [thing[0] for thing in different] == list(dict.fromkeys(picks))


def test_equal_things_are_different(identities: ModuleType) -> None:
    things = [("a", 1000 + number - number) for number in range(3)]
    assert identities.numbered(things)[0] == things and list(identities.numbered(things)[1]) == [0, 1, 2]
    assert identities.numbered([])[0] == []


def test_as_many_as_have_numbers_and_no_more(identities: ModuleType) -> None:
    things = [object() for _ in range(0x10001)]
    different, numbers = identities.numbered(things[1:] * 2)
    assert different == things[1:] and list(numbers) == [*range(0x10000)] * 2
    with pytest.raises(OverflowError):
        identities.numbered(things)


def test_nothing_is_kept(identities: ModuleType) -> None:
    class Thing:
        gone = 0

        def __del__(self) -> None:
            Thing.gone += 1

    identities.numbered([Thing(), Thing()])
    assert Thing.gone == 2


def test_what_is_no_list_is_refused_by_machine_code_as_by_the_type_checker() -> None:
    if finder.running().datagrams:
        with pytest.raises(TypeError):
            running.numbered((1, 2))  # type: ignore[arg-type]

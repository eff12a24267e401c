# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config.choices import WallMode
from store.config.wall_switches import BY_NAME, KINDS, SWITCHES, USUAL, Modes, strictest, weakest

chosen = st.fixed_dictionaries({}, optional={name: st.sampled_from(WallMode) for name in BY_NAME})


def test_modes_are_ordered() -> None:
    assert weakest(WallMode.ENFORCE, WallMode.WATCH) is WallMode.WATCH
    assert weakest(WallMode.OFF, WallMode.WATCH) is WallMode.OFF
    assert strictest([WallMode.OFF, WallMode.ENFORCE, WallMode.WATCH]) is WallMode.ENFORCE


def test_what_is_not_chosen_is_off_and_what_is_usual_stands_in_the_table() -> None:
    assert set(Modes().values()) == {WallMode.OFF}
    assert dict(USUAL) == {switch.name: switch.default for switch in SWITCHES}


def test_every_kind_has_the_mode_of_its_switch() -> None:
    everything = Modes(dict.fromkeys(BY_NAME, "enforce"))
    assert {everything.of(kind) for kind in KINDS} == {WallMode.ENFORCE}
    assert Modes({"doh": "watch"}).of("resolver") is Modes({"encrypted": "watch"}).of("dot") is WallMode.WATCH


@given(chosen, st.sampled_from(WallMode))
def test_none_goes_further_than_the_wall(own: dict[str, WallMode], wall: WallMode) -> None:
    lowered = Modes(own).at_most(wall)
    assert strictest([*lowered.values(), wall]) is wall
    assert all(lowered[switch] in (mode, wall) for switch, mode in own.items())


@given(chosen, chosen)
def test_equal_modes_are_one_key(first: dict[str, WallMode], second: dict[str, WallMode]) -> None:
    assert len({Modes(first), Modes(dict(reversed(first.items())))}) == 1
    both = Modes(first) | second
    assert both == Modes({**first, **second}) and (both == Modes(first)) == (hash(both) == hash(Modes(first)))


@pytest.mark.parametrize(("wrong", "error"), [({"dot": "watch"}, KeyError), ({"doh": "high"}, ValueError)])
def test_what_is_no_switch_or_no_mode(wrong: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        Modes(wrong)

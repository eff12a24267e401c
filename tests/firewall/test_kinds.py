# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses

from firewall.kinds import KINDS, Mode, Modes, modes
from store.config import wall_switches
from store.config.settings import Settings


def test_the_wall_is_off_until_a_person_turns_it_on() -> None:
    assert modes(Settings()) == Modes()


def test_no_switch_stands_above_the_wall() -> None:
    values = dataclasses.replace(Settings(), wall="watch", wall_raw="off", wall_doh="enforce")
    assert modes(values).doh is Mode.WATCH
    assert modes(values).raw is Mode.OFF
    assert max(dataclasses.astuple(modes(values))) is Mode.WATCH


def test_every_kind_has_a_switch() -> None:
    everything = Modes(*([Mode.ENFORCE] * len(dataclasses.fields(Modes))))
    assert {kind: everything.of(kind) for kind in KINDS} == dict.fromkeys(KINDS, Mode.ENFORCE)
    assert Modes(doh=Mode.WATCH).of("resolver") is Mode.WATCH


def test_the_store_knows_the_same_switches() -> None:
    assert set(wall_switches.SWITCHES) == {each.name for each in dataclasses.fields(Modes)}

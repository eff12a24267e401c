# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.config import known_settings, settings
from store.config.choices import WallMode
from store.config.known_settings import SETTINGS, SINKHOLES, Settings
from store.config.wall_switches import SWITCHES, USUAL
from wire.response import BlockMode


@pytest.mark.parametrize("key", SETTINGS)
def test_every_default_is_valid_and_described(key: str) -> None:
    setting = SETTINGS[key]
    assert settings.validate(key, setting.default) == setting.default == known_settings.value_of(Settings(), key)
    assert setting.about.endswith(".")


def test_each_switch_of_the_wall_is_a_setting() -> None:
    assert {switch.setting for switch in SWITCHES} <= SETTINGS.keys()
    made = known_settings.build({"wall_raw": "off", "workers": 3})
    assert (made.wall_switches, made.workers) == (USUAL | {"raw": "off"}, 3)
    assert known_settings.value_of(made, "wall_raw") is WallMode.OFF


def test_no_mode_is_for_the_house_that_only_a_rule_can_mean() -> None:
    assert set(BlockMode) - set(SINKHOLES) == {BlockMode.SERVFAIL, BlockMode.DROP, BlockMode.TCP}
    assert SETTINGS["sinkhole"].choices == SINKHOLES

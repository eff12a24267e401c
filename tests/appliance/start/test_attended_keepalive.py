# SPDX-License-Identifier: GPL-3.0-or-later
"""What the supervisor takes for wanted is what the keepalive takes for it, so that it is not woken for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting import until

from appliance.powers.keepalive_child import KeepaliveChild
from appliance.process.children import Spec
from appliance.process.sockets import DnsSockets
from appliance.runs.followed_settings import FollowedSettings
from appliance.start import ports
from appliance.start.attended_keepalive import Wish
from appliance.start.inventory import House
from dhcp.dhcp_wanted import QUESTION, question_folder
from firewall.firewall_wanted import GATEWAY_FILE, marker
from store.base import db
from store.config import edit, usable_settings
from store.config.settings import Settings

pytestmark = [pytest.mark.process, pytest.mark.database]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    state, run = tmp_path / "state", tmp_path / "run"
    run.mkdir()
    db.open_config(state)
    web, endpoint, _ = ports.open_web(Settings(web="127.0.0.1:0"), "")
    dns = DnsSockets([], [])
    with web:
        keeper = KeepaliveChild(Spec("keepalive", "x"), (), dhcp=True)
        yield House(state, run, Settings(), dns, web, endpoint, keepalive=keeper)


def test_nothing_is_wanted_until_a_setting_says_so(house: House) -> None:
    wish, engine = Wish(house, FollowedSettings(house.state, {})), edit.engine(house.state)
    assert not wish.is_there()
    for values in ({"wall": "watch"}, {"dhcp": "on"}):
        edit.put_settings(engine, values)
        until(wish.is_there)
        edit.put_settings(engine, dict.fromkeys(values, "off"))
        until(lambda: not wish.is_there())


@pytest.mark.parametrize("environ", [{"TELLTALE_WALL": "enforce"}, {"TELLTALE_DHCP": "on"}])
def test_so_does_the_environment(house: House, environ: dict[str, str]) -> None:
    assert Wish(house, FollowedSettings(house.state, environ)).is_there()


def test_a_table_that_stands_a_gateway_and_a_question_are_reason_enough(house: House) -> None:
    wish = Wish(house, FollowedSettings(house.state, {}))
    question_folder(house.run)
    for path in (marker(house.run), house.state / GATEWAY_FILE, house.run / QUESTION):
        assert not wish.is_there()
        path.touch()
        assert wish.is_there(), path
        path.unlink()


def test_without_the_powers_for_dhcp_it_is_not_woken_for_it(house: House) -> None:
    house.keepalive = KeepaliveChild(Spec("keepalive", "x"), (), dhcp=False)
    edit.put_settings(edit.engine(house.state), {"dhcp": "on"})
    assert not Wish(house, FollowedSettings(house.state, {})).is_there()
    edit.put_settings(edit.engine(house.state), {"wall": "watch"})
    wish = Wish(house, FollowedSettings(house.state, {}))
    assert wish.is_there()


def test_what_cannot_be_read_is_as_it_was_and_read_once_it_can_be(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish, engine = Wish(house, FollowedSettings(house.state, {})), edit.engine(house.state)
    assert not wish.is_there()
    with monkeypatch.context() as patch:
        patch.setattr(usable_settings, "load_stored", lambda *_: None)
        edit.put_settings(engine, {"wall": "watch"})
        assert not wish.is_there()
    until(wish.is_there)

# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP that is on, in telltale.toml or config.db, is told of where nobody can serve it, for as long as it is."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.powers.keepalive_child import KeepaliveChild
from appliance.process.children import Spec
from appliance.process.sockets import DnsSockets
from appliance.process.supervisor import Supervisor
from appliance.runs.followed_settings import FollowedSettings
from appliance.start import unserved_dhcp
from appliance.start.inventory import House
from store.base import db
from store.config import edit
from store.config.settings import Settings

pytestmark = [pytest.mark.database, pytest.mark.process]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    db.open_config(tmp_path)
    with socket.socket() as web:
        yield House(tmp_path, tmp_path, Settings(), DnsSockets(), web, ("127.0.0.1", 80))


def told(house: House, **environ: str) -> bool:
    supervisor = Supervisor([], house.run, os.environ)
    unserved_dhcp.watch(supervisor, house, FollowedSettings(house.state, environ))
    return "NET_RAW" in house.troubles.get("dhcp", "")


def test_it_is_told_while_it_is_on_wherever_that_is_set(house: House) -> None:
    assert not told(house)
    edit.put_settings(edit.engine(house.state), {"dhcp": "on"})
    assert told(house)
    edit.put_settings(edit.engine(house.state), {"dhcp": "off"})
    assert not told(house)
    (house.state / "telltale.toml").write_text('dhcp = "on"\n')
    assert told(house)
    assert not told(house, TELLTALE_DHCP="off")


def test_where_there_are_the_powers_nothing_is_told(house: House) -> None:
    house.keepalive = KeepaliveChild(Spec("keepalive", "x"), (), dhcp=True)
    (house.state / "telltale.toml").write_text('dhcp = "on"\n')
    assert not told(house)

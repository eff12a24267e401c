# SPDX-License-Identifier: GPL-3.0-or-later
"""The web port of this house, attended while the pages' process sleeps, starts or fails."""

import os
import socket
from contextlib import suppress

from appliance.process.supervisor import Supervisor
from appliance.process.web_door import WebDoor
from appliance.start.inventory import House
from network.home_networks import home_networks, is_at_home


def watch(supervisor: Supervisor, house: House) -> None:
    """From now on; for a house whose children are made (`launch.children`)."""
    if house.way is None:
        return
    handed = socket.socket(fileno=os.dup(house.pages[1])) if house.pages is not None else None
    ours, theirs = (socket.socket(fileno=os.dup(fd)) for fd in house.way)
    supervisor.attend(WebDoor(
        lambda: (house.web, *house.more_web), handed, (ours, theirs),
        lambda address: _is_home(house, address), house.settings.language, lambda: house.alone,
    ))  # fmt: skip


def _is_home(house: House, address: str) -> bool:
    with suppress(ValueError):
        return is_at_home(address, home_networks(house.settings.allowed_networks))
    return False

# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP is on, wherever that was said, and this start has not the powers for it: told for as long as that is so."""

from __future__ import annotations

from appliance.process.supervisor import Supervisor
from appliance.runs.followed_settings import FollowedSettings
from appliance.start.inventory import House
from dhcp.standing import WITHOUT_POWERS

LOOK_SECONDS = 5.0
WORD = "dhcp"  # of the trouble


def watch(supervisor: Supervisor, house: House, followed: FollowedSettings) -> None:
    """Look now, and again and again; nothing where there are the powers."""
    if not house.may_serve_dhcp:
        look(house, followed)
        supervisor.every(LOOK_SECONDS, lambda: look(house, followed))


def look(house: House, followed: FollowedSettings) -> None:
    """Note the trouble, or that it is over."""
    if followed.look().dhcp == "on":
        house.troubles[WORD] = WITHOUT_POWERS
    else:
        house.troubles.pop(WORD, None)

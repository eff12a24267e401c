# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP is on, wherever that was said, and this start has not the powers for it: told for as long as that is so."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.process.supervisor import Supervisor
from appliance.start.inventory import House
from dhcp.standing import WITHOUT_POWERS
from store.config import usable_settings

LOOK_SECONDS = 5.0
WORD = "dhcp"  # of the trouble


def watch(supervisor: Supervisor, house: House, environ: Mapping[str, str]) -> None:
    """Look now, and again and again; nothing where there are the powers."""
    if not house.may_serve_dhcp:
        look(house, environ)
        supervisor.every(LOOK_SECONDS, lambda: look(house, environ))


def look(house: House, environ: Mapping[str, str]) -> None:
    """Note the trouble, or that it is over."""
    if usable_settings.load(house.state, environ).dhcp == "on":
        house.troubles[WORD] = WITHOUT_POWERS
    else:
        house.troubles.pop(WORD, None)

# SPDX-License-Identifier: GPL-3.0-or-later
"""The keepalive of this house, woken when the wall, DHCP or a look for other DHCP servers is wanted."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.powers.keepalive import Chosen
from appliance.powers.keepalive_door import KeepaliveDoor
from appliance.process.supervisor import Supervisor
from appliance.start.inventory import House
from dhcp.dhcp_wanted import question_folder
from dhcp.dhcp_wanted import wanted as dhcp_wanted
from firewall.firewall_wanted import wanted as firewall_wanted
from store.config import usable_settings
from store.events.config_events import ConfigEvents
from store.events.config_marks import ConfigMarks


def watch(supervisor: Supervisor, house: House, environ: Mapping[str, str]) -> None:
    """From now on; nothing where there is none."""
    if house.keepalive is not None:
        events = ConfigEvents(house.state, (), (question_folder(house.run),))
        supervisor.attend(KeepaliveDoor(house.keepalive.wake, Wish(house, environ).is_there, events))


class Wish:
    """Whether anything is wanted of the keepalive, as it finds out itself once it is awake."""

    def __init__(self, house: House, environ: Mapping[str, str]) -> None:
        self._house, self._environ = house, environ
        self._marks = ConfigMarks(house.state)
        self._chosen = Chosen()
        self._to_read = True

    def is_there(self) -> bool:
        """Some microseconds, unless the settings may have changed since the last call."""
        house = self._house
        self._to_read |= self._marks.changed()
        if self._to_read and (settings := usable_settings.load_stored(house.state, self._environ)) is not None:
            self._chosen, self._to_read = Chosen(str(settings.wall), str(settings.dhcp)), False
        return firewall_wanted(self._chosen.wall, house.state, house.run) or (
            house.may_serve_dhcp and dhcp_wanted(self._chosen.dhcp, house.run)
        )

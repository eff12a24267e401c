# SPDX-License-Identifier: GPL-3.0-or-later
"""The keepalive of this house, woken when the wall, DHCP or a look for other DHCP servers is wanted."""

from __future__ import annotations

from appliance.powers.keepalive_door import KeepaliveDoor
from appliance.process.supervisor import Supervisor
from appliance.runs.followed_settings import FollowedSettings
from appliance.start.inventory import House
from dhcp.dhcp_wanted import question_folder
from dhcp.dhcp_wanted import wanted as dhcp_wanted
from firewall.firewall_wanted import wanted as firewall_wanted
from store.events.config_events import ConfigEvents


def watch(supervisor: Supervisor, house: House, followed: FollowedSettings) -> None:
    """From now on; nothing where there is none."""
    if house.keepalive is not None:
        events = ConfigEvents(house.state, (), (question_folder(house.run),))
        supervisor.attend(KeepaliveDoor(house.keepalive.wake, Wish(house, followed).is_there, events))


class Wish:
    """Whether anything is wanted of the keepalive, as it finds out itself once it is awake."""

    def __init__(self, house: House, followed: FollowedSettings) -> None:
        self._house, self._followed = house, followed

    def is_there(self) -> bool:
        """Some microseconds, unless the settings may have changed since the last call."""
        house, settings = self._house, self._followed.look()
        return firewall_wanted(settings.wall, house.state, house.run) or (
            house.may_serve_dhcp and dhcp_wanted(settings.dhcp, house.run)
        )

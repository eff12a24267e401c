# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper of our own resolver (unbound), a child of the supervisor while the settings want one."""

from __future__ import annotations

from appliance.process.children import Spec
from appliance.process.supervisor import Supervisor
from appliance.runs.followed_settings import FollowedSettings
from appliance.start.inventory import House
from store.config.resolving_settings import asks_itself

LOOK_SECONDS = 0.5  # at most so often, whenever the supervisor is awake, as an edit has it; a look is three stat(2)
ROLE, MODULE = "recursor", "recursor.recursor_keeper"


class OwnResolver:
    """`step` is called now and then, and never waits."""

    def __init__(self, house: House, followed: FollowedSettings) -> None:
        self._house, self._followed = house, followed

    def step(self, supervisor: Supervisor) -> None:
        """Start it where it is wanted, end it where it is not."""
        wanted = asks_itself(self._followed.look())
        here = any(child.spec.role == ROLE for child in supervisor.children)
        if wanted and not here:
            words = ("--state", str(self._house.state), "--run", str(self._house.run))
            supervisor.add([Spec(ROLE, MODULE, words, beats=True)])
        elif here and not wanted:
            supervisor.drop(ROLE)


def watch(supervisor: Supervisor, house: House, followed: FollowedSettings) -> None:
    """Look now, and again and again."""
    own = OwnResolver(house, followed)
    own.step(supervisor)
    supervisor.every(LOOK_SECONDS, lambda: own.step(supervisor))

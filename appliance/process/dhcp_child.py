# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper of DHCP, started while there are powers to give it."""

from collections.abc import Mapping
from pathlib import Path

from appliance.process import early_child, privilege
from appliance.process.children import Spec
from store.base.sentences import say

ROLE = "dhcp"
MODULE = "dhcp.keeper"
WITHOUT = say(
    "DHCP is on and cannot be served: Telltale was started without the capabilities NET_ADMIN, NET_RAW and "
    "NET_BIND_SERVICE (docs/dhcp.md)."
)


def begin(state: Path, environ: Mapping[str, str], user: str | None) -> Spec | None:
    """Start it with the three capabilities that a DHCP server needs and no other, as `user` when one is named.

    To be called before powers are given up; None where one of them is missing. Started again by the supervisor, should
    it ever end, it lacks them, and says so.
    """
    if not privilege.has_dhcp():
        return None
    entry = privilege.account(user) if user else None
    arguments = ("--state", str(state))
    return early_child.begin(ROLE, MODULE, arguments, (), environ, lambda: privilege.keep_dhcp(entry))

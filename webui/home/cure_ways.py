# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the cure of a problem of the health is at hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from store.base.sentences import say


class Way(NamedTuple):
    """A link: where to, and what one does there."""

    href: str
    words: str


HEALTH = Way("/settings#health", say("See health"))
_UPSTREAMS = Way("/settings", say("Choose other upstreams"))
_DHCP = Way("/dhcp", say("See DHCP"))
_WAYS: Mapping[str, Way] = {
    "upstreams_down": _UPSTREAMS,
    "upstreams_refuse": _UPSTREAMS,
    "upstream_circle": _UPSTREAMS,
    "updater_error": Way("/blocklists", say("See the lists")),
    "firewall_error": Way("/bypass/wall", say("See the wall")),
    "dhcp_error": _DHCP,
    "dhcp_others": _DHCP,
    "evidence_error": Way("/evidence", say("See the findings")),
}


def way(problem: str) -> Way:
    """Of the problem of this id."""
    return _WAYS.get(problem, HEALTH)

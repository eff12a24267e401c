# SPDX-License-Identifier: GPL-3.0-or-later
"""How DHCP stands, for the command line, the API and the pages: what its keeper says, or why there is none. Pure."""

from __future__ import annotations

from dataclasses import replace

from store.base.process_status import DhcpState, DhcpStatus, Statuses
from store.base.sentences import say
from store.config.settings import Settings

WORDS = {
    DhcpState.OFF: say("DHCP is off."),
    DhcpState.LOOKING: say("DHCP is on, and begins once it is known that nobody else hands out addresses."),
    DhcpState.REFUSED: say("DHCP is on, and waits: another server answers."),
    DhcpState.SERVING: say("DHCP is on: addresses are handed out."),
    DhcpState.FAILING: say("DHCP is on, and dnsmasq does not run."),
    DhcpState.WRONG: say("DHCP is on, and cannot be served as it is set."),
    DhcpState.UNSERVED: say("DHCP is on, and nobody serves it."),
}
NOT_RUNNING = say("Telltale does not run, so no addresses are handed out: start it.")
WITHOUT_POWERS = say(
    "DHCP cannot be served: Telltale was started without the capabilities NET_ADMIN, NET_RAW and NET_BIND_SERVICE. "
    "Give it these, and start it again: `sudo telltale install --dhcp` where it is a service (docs/dhcp.md)."
)


def standing(settings: Settings, live: Statuses) -> DhcpStatus:
    """`live`: of processes that are there now. While it is off there is no keeper, and none is needed."""
    dhcp = live.dhcp or DhcpStatus()
    if settings.dhcp != "on":
        return replace(dhcp, state=DhcpState.OFF, error="", notes=(), server_pid=0)
    if dhcp.state is not DhcpState.OFF:
        return dhcp
    if why := unserved(live):
        return DhcpStatus(state=DhcpState.UNSERVED, error=why)
    return replace(dhcp, state=DhcpState.LOOKING)  # it has not heard of it yet, or is only just started


def sentences(stands: DhcpStatus) -> list[str]:
    """All that is to be said of it, the state first."""
    lines = [WORDS[stands.state], *filter(None, (stands.error, *stands.notes))]
    if stands.others and stands.state not in (DhcpState.REFUSED, DhcpState.OFF):
        lines.append(say("Other DHCP servers that answer: {others}.", others=", ".join(stands.others)))
    return lines


def unserved(live: Statuses) -> str:
    """Why nobody could serve it; "" where somebody can."""
    if live.supervisor is None:
        return NOT_RUNNING
    return "" if live.supervisor.may_serve_dhcp else WITHOUT_POWERS

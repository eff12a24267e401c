# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing caught means something only where the wall looks at what passes."""

import pytest

from firewall.sight import sight
from firewall.topology import Role, Topology
from store.base.process_status import ChildStatus, FirewallStatus, Statuses, SupervisorStatus
from store.config.choices import WallMode

GATEWAY = Topology(Role.GATEWAY)
STANDS = FirewallStatus(mode="watch", standing=True, switches={"dns": "watch", "doh": "off"}, applied=1_000.0)
WITHOUT = SupervisorStatus(children=(ChildStatus("worker-1"),))


def test_a_wall_that_stands_where_all_passes_sees() -> None:
    seen = sight(WallMode.WATCH, Statuses(firewall=STANDS), lambda: GATEWAY)
    assert seen.sees and seen.since == 1_000.0 and not seen.only


def test_a_gateway_of_chosen_devices_sees_those() -> None:
    seen = sight(WallMode.ENFORCE, Statuses(firewall=STANDS), lambda: Topology(Role.CHOSEN))
    assert seen.sees and "whose router" in seen.only


@pytest.mark.parametrize(
    ("mode", "statuses", "where", "why", "cure"),
    [
        (WallMode.OFF, Statuses(firewall=STANDS), GATEWAY, "is off", "watch"),
        (WallMode.WATCH, Statuses(supervisor=WITHOUT), GATEWAY, "without the right", "cap_add"),
        (WallMode.WATCH, Statuses(supervisor=SupervisorStatus(children=(ChildStatus("keepalive"),))), GATEWAY,
         "does not report", "doctor"),
        (WallMode.WATCH, Statuses(), GATEWAY, "does not report", "doctor"),
        (WallMode.WATCH, Statuses(firewall=FirewallStatus(error="No nft.")), GATEWAY, "No nft.", "doctor"),
        (WallMode.WATCH, Statuses(firewall=FirewallStatus()), GATEWAY, "not up yet", "doctor"),
        (WallMode.WATCH, Statuses(firewall=STANDS), Topology(Role.DNS), "plain DNS server", "router"),
        (WallMode.WATCH, Statuses(firewall=STANDS), Topology(Role.DNS, True, True), "container", "network_mode"),
        (WallMode.WATCH, Statuses(firewall=FirewallStatus(standing=True, switches={"dns": "off"})), GATEWAY,
         "Every switch", "watch"),
    ],
)  # fmt: skip
def test_why_it_sees_nothing(mode: WallMode, statuses: Statuses, where: Topology, why: str, cure: str) -> None:
    seen = sight(mode, statuses, lambda: where)
    assert not seen.sees
    assert why in seen.why and cure in seen.cure

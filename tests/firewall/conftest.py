# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the pure tests, and network namespaces with real traffic for the others."""

from collections.abc import Callable
from typing import Any

import pytest
from namespaces import alone as alone
from namespaces import home as home
from namespaces import street as street

from firewall.plan import Plan, plan
from firewall.targets import Target, Targets
from network.address_sets import elements
from network.local_network import LocalNetwork
from store.config import settings

FEW = Targets(
    tuple(Target(net, "Acme DNS", "test") for net in (elements(["8.8.8.8"]).v4[0], elements(["2001:db8:8::8"]).v6[0])),
    (Target(elements(["110.43.0.83"]).v4[0], "Acme Lights", "test"),),
)
AT_HOME = LocalNetwork(on_link=("2001:db8:77::/64",), own=("203.0.113.1",), dns_ports=((4, 53), (6, 53)))


@pytest.fixture
def make_plan() -> Callable[..., Plan]:
    def make(local: LocalNetwork = AT_HOME, members: Any = (), **chosen: Any) -> Plan:
        return plan(settings.build({"wall": "enforce", **chosen}), local, FEW, members)

    return make

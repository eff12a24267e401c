# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe meets on a real link; a server that answers it stands in tests/dhcp/test_whole.py."""

import pytest
from namespaces import Namespace

from network.dhcp_probe import Probe

pytestmark = pytest.mark.netns


def test_where_nobody_answers_nobody_is_met(alone: Namespace) -> None:
    alone.ip("link add eth0 type veth peer name eth1", "link set eth0 up", "link set eth1 up")
    with alone.inside(), Probe("eth0", seconds=0.0) as probe:
        assert probe.over() and probe.servers == set()


def test_there_must_be_such_a_connection(alone: Namespace) -> None:
    with alone.inside(), pytest.raises(OSError, match="No such device"):
        Probe("eth7")

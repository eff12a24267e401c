# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import subprocess
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from dhcp.dnsmasq_config import render
from dhcp.lease_plan import DhcpPlan
from store.local.static_leases import StaticLease

DNSMASQ = shutil.which("dnsmasq", path=f"{os.environ['PATH']}:/usr/sbin")
PLAN = DhcpPlan(
    "eth0", IPv4Address("192.168.1.2"), IPv4Network("192.168.1.0/24"), IPv4Address("192.168.1.100"),
    IPv4Address("192.168.1.200"), IPv4Address("192.168.1.1"), 720, "home.arpa", False,
    (StaticLease("02:00:5e:00:00:11", "192.168.1.5", "nas"), StaticLease("02:00:5e:00:00:22", "192.168.1.6")),
)  # fmt: skip


def test_a_plan_is_these_lines() -> None:
    lines = render(PLAN, Path("/state/dhcp.leases")).splitlines()
    assert {
        "port=0", "interface=eth0", "dhcp-leasefile=/state/dhcp.leases", "dhcp-lease-max=103",
        "dhcp-range=192.168.1.100,192.168.1.200,255.255.255.0,720m", "dhcp-option=option:router,192.168.1.1",
        "dhcp-option=option:dns-server,192.168.1.2", "domain=home.arpa",
        "dhcp-host=02:00:5e:00:00:11,192.168.1.5,nas,720m", "dhcp-host=02:00:5e:00:00:22,192.168.1.6,720m",
    } <= set(lines)  # fmt: skip
    assert "enable-ra" not in lines


def test_over_ipv6_it_says_that_it_is_no_router() -> None:
    lines = render(replace(PLAN, ipv6=True, domain=""), Path("/l")).splitlines()
    assert {"enable-ra", "ra-param=eth0,60,0", "dhcp-option=option6:dns-server,[fe80::]"} <= set(lines)
    assert not any("domain" in line for line in lines)


@pytest.mark.process
@pytest.mark.skipif(DNSMASQ is None, reason="needs dnsmasq")
@pytest.mark.parametrize("ipv6", [False, True])
def test_dnsmasq_takes_it(tmp_path: Path, ipv6: bool) -> None:
    (tmp_path / "conf").write_text(render(replace(PLAN, ipv6=ipv6), tmp_path / "leases"))
    subprocess.run([str(DNSMASQ), "--test", f"--conf-file={tmp_path / 'conf'}"], capture_output=True, check=True)

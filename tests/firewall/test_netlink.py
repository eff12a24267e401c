# SPDX-License-Identifier: GPL-3.0-or-later
"""What is put in by netlink, nft itself reads back."""

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from firewall import kernel, netlink
from firewall.kernel import WallError
from firewall.plan import Plan
from firewall.render import render

pytestmark = pytest.mark.netns
Make = Callable[..., Plan]


def key(client: str, address: str) -> bytes:
    return socket.inet_aton(client) + socket.inet_aton(address)


def test_elements_are_put_and_renewed(alone: Any, make_plan: Make) -> None:
    mac6 = bytes.fromhex("aabbccddeeff0000") + socket.inet_pton(socket.AF_INET6, "2001:db8::7")
    with alone.inside(), contextlib.closing(netlink.Kernel()) as quick:
        kernel.apply(render(make_plan()))
        begun = time.monotonic()
        quick.put("answers4", [(key("192.168.77.5", "198.51.100.7"), 100)])
        quick.put("answers4", [(key("192.168.77.5", "198.51.100.7"), 900), (key("192.168.77.5", "198.51.100.8"), 550)])
        quick.put("answers_mac6", [(mac6, 900)])
        found = {one.parts[1]: one.expires for one in kernel.read_set("answers4")}
        gone = time.monotonic() - begun
        assert 898 - gone <= found["198.51.100.7"] <= 900
        assert 548 - gone <= found["198.51.100.8"] <= 550
        assert kernel.read_set("answers_mac6")[0].parts == ("aa:bb:cc:dd:ee:ff", "2001:db8::7")


def test_ten_thousand(alone: Any, make_plan: Make) -> None:
    many = [(key("192.168.77.5", f"198.18.{n // 250}.{n % 250}"), 600) for n in range(10_000)]
    with alone.inside(), contextlib.closing(netlink.Kernel()) as quick:
        kernel.apply(render(make_plan()))
        quick.put("answers4", many)
        assert len(kernel.read_set("answers4")) == 10_000


def test_without_a_table_there_is_a_sentence_and_the_socket_goes_on(alone: Any, make_plan: Make) -> None:
    with alone.inside(), contextlib.closing(netlink.Kernel()) as quick:
        assert quick.counters() == {}
        with pytest.raises(WallError, match="took no answers"):
            quick.put("answers4", [(key("192.168.77.5", "198.51.100.7"), 100)])
        kernel.apply(render(make_plan()))
        quick.put("answers4", [(key("192.168.77.5", "198.51.100.7"), 100)])
        assert len(kernel.read_set("answers4")) == 1
        assert set(quick.counters()) == {"port53", "dot", "doq", "doh", "resolver", "httpdns", "network", "raw"}


def test_counters_of_others_are_not_ours(alone: Any) -> None:
    alone.run("nft", "-f", "-", stdin="table inet other { counter dot { packets 7 bytes 9 }\n}\n")
    with alone.inside():
        assert netlink.counters() == {}

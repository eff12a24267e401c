# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of this machine's addresses a router is given."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from network.address_flags import OwnAddress
from webui.first_run.home_addresses import brand, of

BOTH = ("0.0.0.0:53", "[::]:53")


def link(*infos: dict[str, Any]) -> list[OwnAddress]:
    return [
        OwnAddress(ip_address(info["local"]), not info.get("dynamic"), bool(info.get("temporary")),
                   bool(info.get("deprecated")))
        for info in infos
    ]  # fmt: skip


GLOBAL, LOCAL, LINK = {"local": "2a02:8109::5"}, {"local": "fd12::5"}, {"local": "fe80::5"}


@pytest.mark.parametrize(
    ("infos", "here6", "lasting"),
    [
        ([GLOBAL, LOCAL, LINK], "fd12::5", True),
        ([LINK, GLOBAL], "2a02:8109::5", False),
        ([{**GLOBAL, "temporary": True}, LINK], "fe80::5", True),
        ([{**LOCAL, "deprecated": True}, {"local": "::1"}], "", True),
        ([], "", True),
    ],
)
def test_the_ipv6_address_is_one_that_lasts(infos: list[dict[str, Any]], here6: str, lasting: bool) -> None:
    at = of(link(*infos), "192.168.1.2", "192.168.1.1", BOTH)
    assert (at.here, at.here6, at.lasting6, at.port) == ("192.168.1.2", here6, lasting, 53)


def test_a_named_address_comes_first_and_a_lent_one_is_told() -> None:
    assert of(link(LOCAL), "192.168.1.2", "", ("192.168.1.9:53",)).here == "192.168.1.9"
    assert of(link(LOCAL), "192.168.1.2", "", ("192.168.1.9:53",)).here6 == "", "DNS is not answered there"
    assert of(link({"local": "192.168.1.2", "dynamic": True}), "192.168.1.2", "", BOTH).lent
    assert of([], "", "", ("0.0.0.0:5300",)).port == 5300
    assert of([], "", "", ("127.0.0.1:53",)).loopback and not of([], "", "", BOTH).loopback
    assert of([], "192.168.1.2", "", ("127.0.0.1:53",)).to_enter == "192.168.1.2", "a router cannot enter loopback"
    assert of([], "192.168.1.2", "", ("192.168.1.9:53",)).to_enter == "192.168.1.9"
    assert of([], "", "", ("127.0.0.1:53",)).to_enter == of([], "", "", BOTH).to_enter == ""
    assert brand("192.168.1.1", []) == ""

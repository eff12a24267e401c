# SPDX-License-Identifier: GPL-3.0-or-later
"""Brands of routers, and steps with real addresses."""

from __future__ import annotations

import pytest

from store.base.hidden_home import Cause, HiddenHome
from store.base.router_guides import ROUTERS, brand_of, guide, sentence, steps

HERE = ("192.168.1.5",)


@pytest.mark.parametrize(
    ("texts", "brand"),
    [
        (["AVM Audiovisuelles Marketing"], "FRITZ!Box"), (["", "fritz"], "FRITZ!Box"),
        (["ASUSTek COMPUTER INC."], "ASUS"),
        (["TP-Link Systems"], "TP-Link"), (["OpenWrt", "TP-Link"], "OpenWrt"), (["Routerboard.com"], "MikroTik"),
        (["eero inc."], "eero"), (["Ubiquiti Inc"], "UniFi"), (["Nobody"], ""), ([], ""), ([""], ""),
    ],
)  # fmt: skip
def test_a_brand_is_told_by_maker_name_or_model(texts: list[str], brand: str) -> None:
    assert brand_of(texts) == brand


@pytest.mark.parametrize("brand", [*ROUTERS, ""])
def test_every_brand_has_steps_with_the_address_that_is_to_be_entered(brand: str) -> None:
    home = HiddenHome(Cause.ROUTER, "192.168.1.1", 0.97, brand, HERE)
    assert "192.168.1.5" in steps(home) and "{" not in steps(home)
    assert brand.split()[0] in steps(home) if brand else "http://192.168.1.1" in steps(home)
    assert "97%" in sentence(home) and "192.168.1.1" in sentence(home)


def test_a_container_and_a_mask_have_steps_of_their_own() -> None:
    assert "network_mode: host" in steps(HiddenHome(Cause.CONTAINER, "172.17.0.1", 1.0))
    masked = HiddenHome(Cause.MASKED, "192.168.1.9", 1.0, "", HERE)
    assert "192.168.1.5" in steps(masked) and "stand for many" in sentence(masked)
    assert "this appliance's address" in steps(HiddenHome(Cause.ROUTER, "192.168.1.1", 1.0))


@pytest.mark.parametrize("brand", [*ROUTERS, "", "a brand that nobody makes"])
def test_a_guide_has_this_home_s_addresses_and_no_holes(brand: str) -> None:
    made = guide(brand, "http://192.168.1.1", "192.168.1.5", "fd00::5")
    whole = " ".join((*made.ipv4, *made.ipv6))
    assert "192.168.1.5" in whole and "fd00::5" in " ".join(made.ipv6) and "{" not in whole
    assert made.brand == (brand if brand in ROUTERS else "")
    assert guide(brand, "http://192.168.1.1", "192.168.1.5", "").ipv6 == ()
    assert made.own_dhcp == ("page DHCP" in whole)


def test_words_tell_one_brand_each() -> None:
    words = [word for router in ROUTERS.values() for word in router.words]
    assert len(words) == len(set(words)) and all(word == word.lower() for word in words)

# SPDX-License-Identifier: GPL-3.0-or-later
import re
from typing import Any

import pytest

from firewall import recipes
from firewall.recipes import HomeAddresses

HOME = HomeAddresses("192.168.1.2", "fd00::2", "192.168.1.0/24", "192.168.1.1")


@pytest.mark.parametrize("recipe", recipes.load(), ids=lambda recipe: recipe.id)
def test_every_recipe_is_filled_in(recipe: recipes.Recipe) -> None:
    text = recipes.fill(recipe, HOME)
    assert recipe.title
    assert "192.168.1.2" in text
    assert "$" not in text
    assert "53" in text


def test_the_makes_that_are_promised() -> None:
    promised = {"openwrt", "mikrotik", "opnsense", "unifi", "asus-merlin", "fritzbox"}
    assert {recipe.id for recipe in recipes.load()} == promised


@pytest.mark.netns
def test_the_one_in_nftables_language_is_sound(alone: Any) -> None:
    (openwrt,) = [recipe for recipe in recipes.load() if recipe.id == "openwrt"]
    chains = re.findall(r"^  chain .*?^  }", recipes.fill(openwrt, HOME), re.M | re.S)
    assert len(chains) == 3
    alone.run("nft", "-c", "-f", "-", stdin="table inet fw4 {\n" + "\n".join(chains) + "\n}\n")


def test_this_home_from_what_ip_says() -> None:
    links: list[dict[str, Any]] = [
        {"ifname": "lo", "addr_info": [{"local": "127.0.0.1", "prefixlen": 8}]},
        {
            "ifname": "eth0",
            "addr_info": [
                {"local": "192.168.1.2", "prefixlen": 24},
                {"local": "2001:db8::2", "prefixlen": 64},
                {"local": "fd00::2", "prefixlen": 64},
                {"local": "fe80::2", "prefixlen": 64},
            ],
        },
    ]
    routes = [{"dst": "default", "gateway": "192.168.1.1", "dev": "eth0"}]
    assert recipes.addresses(links, routes) == HOME
    assert recipes.addresses([], []).dns4 == "TELLTALES-IPV4-ADDRESS"

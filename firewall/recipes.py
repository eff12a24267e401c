# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipes for routers of other makes, with the home's own addresses filled in: firewall/data/recipes/*.txt.

The first line of a file is its title. `$dns4`, `$dns6`, `$lan4` and `$router` stand for this home's addresses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface
from pathlib import Path
from string import Template
from typing import Any

from network import own_addresses
from network.routes import known_routes


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one make of router is told."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class HomeAddresses:
    """What is filled in; an address that is not known reads as a word in capitals."""

    dns4: str = "TELLTALES-IPV4-ADDRESS"
    dns6: str = "TELLTALES-IPV6-ADDRESS"
    lan4: str = "HOME-NETWORK"
    router: str = "ROUTERS-ADDRESS"


def load() -> list[Recipe]:
    """All recipes by name."""
    folder = Path(__file__).parent / "data" / "recipes"
    recipes = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        title, _, text = path.read_text("utf-8").partition("\n")
        recipes.append(Recipe(path.name.removesuffix(".txt"), title, text.lstrip("\n")))
    return recipes


def fill(recipe: Recipe, home: HomeAddresses) -> str:
    """The recipe's text for this home."""
    return Template(recipe.text).substitute(dns4=home.dns4, dns6=home.dns6, lan4=home.lan4, router=home.router)


def here() -> HomeAddresses:
    """This machine's addresses."""
    return addresses(own_addresses.links(), known_routes()[0])


def addresses(links: Iterable[Mapping[str, Any]], routes: Iterable[Mapping[str, Any]]) -> HomeAddresses:
    """From what `ip -j address` and `ip -j route` say: those of the interface with the default route."""
    default = next((route for route in routes if route.get("dst") == "default"), {})
    own = [
        (str(info.get("local", "")), int(info.get("prefixlen", 0)))
        for link in links
        if link.get("ifname") == default.get("dev")
        for info in link.get("addr_info", [])
    ]
    v4 = next(((text, size) for text, size in own if text and ip_address(text).version == 4), None)
    # A unique local address stays when the provider hands out another prefix.
    v6 = sorted(
        (text for text, _ in own if text and ip_address(text).version == 6 and not ip_address(text).is_link_local),
        key=lambda text: (not text.startswith(("fc", "fd")), text),
    )
    blank = HomeAddresses()
    return HomeAddresses(
        v4[0] if v4 else blank.dns4,
        v6[0] if v6 else blank.dns6,
        str(ip_interface(f"{v4[0]}/{v4[1]}").network) if v4 else blank.lan4,
        str(default.get("gateway", blank.router)),
    )

# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers by brand, and where in each the DNS server that it hands out is set: steps with real addresses. Pure.

From each maker's own handbook, as its menus are named in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from store.base.hidden_home import Cause, HiddenHome
from store.base.sentences import Sentence, mark, say, together

# Brand → words by which a maker, a name or a model tells it, in small letters; the first that holds counts.
BRANDS: Mapping[str, tuple[str, ...]] = {
    "FRITZ!Box": ("fritz", "avm"),
    "OpenWrt": ("openwrt", "lede"),
    "ASUS": ("asus",),
    "TP-Link": ("tp-link", "tplink", "archer"),
    "Netgear": ("netgear", "orbi"),
    "Linksys": ("linksys", "velop"),
    "UniFi": ("unifi", "ubiquiti"),
    "MikroTik": ("mikrotik", "routerboard"),
    "Speedport": ("speedport", "deutsche telekom"),
    "Livebox": ("livebox", "orange"),
    "Google Wifi": ("google", "nest wifi"),
    "eero": ("eero",),
    "Xiaomi": ("xiaomi", "miwifi"),
    "Huawei": ("huawei",),
}


# The brand's own way, with {router} and {here} filled in.
_WAYS: Mapping[str, str] = {
    "FRITZ!Box": mark(
        "FRITZ!Box: at {router}, Home Network > Network > Network Settings > IPv4 Settings, enter "
        "{here} as local DNS server; leave Internet > Account Information > DNS Server as it is."
    ),
    "OpenWrt": mark(
        "OpenWrt: at {router}, Network > Interfaces > LAN > DHCP Server > Advanced, add the DHCP option 6,{here}."
    ),
    "ASUS": mark(
        "ASUS: at {router}, LAN > DHCP Server, enter {here} as DNS server, and turn off “Advertise router's IP”."
    ),
    "TP-Link": mark("TP-Link: at {router}, Advanced > Network > DHCP Server, enter {here} as primary DNS."),
    "Netgear": mark(
        "Netgear hands out itself alone: turn off DHCP at {router} under Advanced > Setup > LAN "
        "Setup, and have another DHCP server hand out {here}; or set {here} in each device."
    ),
    "Linksys": mark("Linksys: at {router}, Connectivity > Local Network > DHCP Server, enter {here} as Static DNS 1."),
    "UniFi": mark("UniFi: Settings > Networks > your network > DHCP > DNS Server, turn off Auto and enter {here}."),
    "MikroTik": mark("MikroTik: at {router}, IP > DHCP Server > Networks, enter {here} under DNS Servers."),
    "Speedport": mark(
        "Speedport hands out itself alone: turn off DHCP at {router} under Home Network > LAN, and "
        "have another DHCP server hand out {here}; or set {here} in each device."
    ),
    "Livebox": mark(
        "Livebox: at {router}, Advanced settings > Network > DHCP and DNS, enter {here} as DNS "
        "server where it lets you; else set {here} in each device."
    ),
    "Google Wifi": mark(
        "Google and Nest Wifi ask for all devices: in the Home app, Wi-Fi > Advanced networking > "
        "DNS > Custom still hides them. Set {here} in each device, or use a router of your own "
        "behind it."
    ),
    "eero": mark(
        "eero asks for all devices. Put it into bridge mode with a router that hands out {here}, "
        "or set {here} in each device."
    ),
    "Xiaomi": mark(
        "Xiaomi: at {router}, Settings > Network settings > DHCP server, enter {here} as DNS 1; "
        "leave the DNS of the internet connection as it is."
    ),
    "Huawei": mark(
        "Huawei: at {router}, Home Network > LAN > DHCP, turn off “DNS proxy” and enter {here} as primary DNS."
    ),
}


def brand_of(texts: Iterable[str]) -> str:
    """The brand that a maker, names or models tell; "" where none does."""
    known = [text.casefold() for text in texts if text]
    for brand, words in BRANDS.items():
        if any(word in text for word in words for text in known):
            return brand
    return ""


def sentence(home: HiddenHome) -> str:
    """What is wrong."""
    share = f"{home.share:.0%}"
    if home.cause == Cause.ROUTER:
        return say(
            "Nearly all queries ({share}) come from your router ({address}), so devices cannot be told apart.",
            share=share,
            address=home.address,
        )
    if home.cause == Cause.CONTAINER:
        return say(
            "Nearly all queries ({share}) come from the container's bridge ({address}), so devices "
            "cannot be told apart.",
            share=share,
            address=home.address,
        )
    return say(
        "Nearly all queries ({share}) come from {address}, which seems to stand for many devices.",
        share=share,
        address=home.address,
    )


def steps(home: HiddenHome) -> str:
    """How it is mended, with the addresses filled in."""
    here, router = ", ".join(home.here) or say("this appliance's address"), f"http://{home.address}"
    if home.cause == Cause.CONTAINER:
        return say("Start the container with `network_mode: host` (docker run: `--network host`), without `ports`.")
    if home.cause == Cause.MASKED:
        return say(
            "If it is a second router, a repeater or a VPN, have it pass on addresses (bridge or "
            "access point mode), or have it hand out {here} as DNS server.",
            here=here,
        )
    return together(_way(home.brand, router, here), say("Devices follow when they join the network again."))


def _way(brand: str, router: str, here: str) -> str:
    if way := _WAYS.get(brand):
        return Sentence(way, {"router": router, "here": here})
    return say(
        "In your router ({router}), look for the DHCP server of the home network (not the internet connection), and "
        "enter {here} as the DNS server that it hands out.",
        router=router,
        here=here,
    )

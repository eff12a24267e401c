# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: E501  (a step of a router is one line where it can be)
"""Routers by brand, and where in each the DNS server that it hands out is set: steps with real addresses. Pure.

From each maker's own handbook, as its menus are named in English; menus move between versions. {router} is the router's
address, {here} this appliance's, {here6} its IPv6 address. docs/router.md and the page of the first run show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.base.hidden_home import Cause, HiddenHome
from store.base.sentences import Sentence, mark, say, together


@dataclass(frozen=True, slots=True)
class RouterSteps:
    """`words`: by which a maker, a name or a model tells the brand, in small letters. `ipv6`: () where the general
    advice holds. `own_dhcp`: it hands out no other server, so its DHCP is turned off and this appliance's on."""

    words: tuple[str, ...]
    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...] = ()
    own_dhcp: bool = False


# Where the brand has no such field: what follows the way to its switch.
OWN_DHCP = (
    mark("On the page DHCP of Telltale, turn DHCP on. It hands out {here} as DNS server, and looks first that no other "
         "server answers."),
    mark("Where neither is wanted: set {here} as DNS server in the Wi-Fi settings of each device, or put a router of "
         "your own behind this one."),
)  # fmt: skip
IPV6 = (
    mark("Look for the router's IPv6 or “router advertisement” settings of the home network, and enter {here6} as DNS "
         "server there."),
    mark("Where there is no such field: turn off that the router announces a DNS server over IPv6. IPv6 itself stays "
         "on."),
)  # fmt: skip
OTHER = (
    mark("Open {router} and log in; the password is often on a label below the router."),
    mark("Look for the settings of the home network: LAN, DHCP or DHCP server. Not Internet or WAN: those say whom the "
         "router itself asks."),
    mark("Enter {here} as primary DNS server. Leave the second one empty, or enter {here} again."),
    mark("Save, and turn the Wi-Fi of one device off and on."),
)  # fmt: skip

ROUTERS: Mapping[str, RouterSteps] = {
    "FRITZ!Box": RouterSteps(
        ("fritz", "avm"),
        (mark("Open http://fritz.box (or {router}) and log in."),
         mark("Home Network > Network > Network Settings, unfold “Further settings”, then “IPv4 Settings”."),
         mark("Enter {here} as local DNS server, and save. Leave Internet > Account Information > DNS Server as it is.")),
        (mark("On the same page, “IPv6 Settings”: enter {here6} as local DNSv6 server. Leave “Also announce DNSv6 server "
              "via router advertisement” on."),),
    ),
    "OpenWrt": RouterSteps(
        ("openwrt", "lede", "gl.inet", "gl technologies"),
        (mark("At {router}, Network > Interfaces > LAN > Edit > DHCP Server > Advanced Settings."),
         mark("Add the DHCP option 6,{here} and save.")),
        (mark("In the same window, IPv6 Settings: add {here6} under “Announced IPv6 DNS servers”, and turn “Local IPv6 DNS "
              "server” off."),),
    ),
    "ASUS": RouterSteps(
        ("asus",),
        (mark("At {router}, LAN > DHCP Server."),
         mark("Enter {here} as DNS Server 1, set “Advertise router's IP in addition to user-specified DNS” to No, and "
              "apply.")),
        (mark("IPv6 > IPv6 DNS Setting: “Connect to DNS Server automatically” to Disable, and {here6} as IPv6 DNS Server "
              "1."),),
    ),
    "TP-Link": RouterSteps(
        ("tp-link", "tplink", "archer", "deco"),
        (mark("At {router}, Advanced > Network > DHCP Server. On a Deco, in its app: More > Advanced > DHCP Server."),
         mark("Enter {here} as primary DNS, leave the secondary empty, and save.")),
        (mark("Advanced > IPv6 > LAN: enter {here6} as DNS where there is a field; else take “SLAAC without DNS”, or have "
              "IPv6 off for the home network."),),
    ),
    "Netgear": RouterSteps(
        ("netgear", "orbi"),
        (mark("Netgear hands out itself alone. At {router}, Advanced > Setup > LAN Setup, take the tick from “Use Router as "
              "DHCP Server”."),),
        own_dhcp=True,
    ),
    "D-Link": RouterSteps(
        ("d-link", "dlink"),
        (mark("At {router}, Settings > Network > Advanced Settings (older ones: Setup > Network Settings)."),
         mark("Turn “DNS Relay” off, enter {here} as primary DNS server, and save.")),
    ),
    "Linksys": RouterSteps(
        ("linksys", "velop"),
        (mark("At {router}, Connectivity > Local Network > DHCP Server."),
         mark("Enter {here} as Static DNS 1, and apply.")),
    ),
    "UniFi": RouterSteps(
        ("unifi", "ubiquiti"),
        (mark("In UniFi Network, Settings > Networks > your network > DHCP."),
         mark("Turn “Auto” off beside DNS Server, enter {here}, and apply.")),
        (mark("The same network > IPv6: turn “Auto” off beside DNS Server, and enter {here6}."),),
    ),
    "MikroTik": RouterSteps(
        ("mikrotik", "routerboard"),
        (mark("At {router}, IP > DHCP Server > Networks: open your network and enter {here} under DNS Servers."),),
        (mark("IPv6 > ND: open the interface of the home network, turn “Advertise DNS” on and enter {here6} under DNS."),),
    ),
    "Speedport": RouterSteps(
        ("speedport", "deutsche telekom"),
        (mark("A Speedport hands out itself alone. At {router} (or http://speedport.ip), Home Network > LAN > DHCP, turn "
              "DHCP off."),),
        own_dhcp=True,
    ),
    "Vodafone": RouterSteps(
        ("vodafone", "easybox", "arcadyan"),
        (mark("A Vodafone Station or EasyBox hands out itself alone. At {router}, in expert mode: Settings > DHCP (EasyBox: "
              "Home Network > LAN > DHCP), turn DHCP off."),),
        own_dhcp=True,
    ),
    "Livebox": RouterSteps(
        ("livebox", "orange"),
        (mark("At {router}, Advanced settings > Network > DHCP and DNS. Enter {here} as DNS server where it lets you; most "
              "do not, then turn DHCP off there."),),
        own_dhcp=True,
    ),
    "Freebox": RouterSteps(
        ("freebox", "free sas"),
        (mark("At http://mafreebox.freebox.fr, Settings > Advanced mode > DHCP."),
         mark("Enter {here} as DNS server 1, empty the others, and apply.")),
        (mark("Settings > Advanced mode > IPv6 > IPv6 DNS: force servers of your own, and enter {here6}."),),
    ),
    "Bbox": RouterSteps(
        ("bbox", "bouygues"),
        (mark("At https://mabbox.bytel.fr, Local network > DHCP. Enter {here} as DNS server where there is a field; else "
              "turn DHCP off there."),),
        own_dhcp=True,
    ),
    "Movistar": RouterSteps(
        ("movistar", "telefonica", "askey", "mitrastar"),
        (mark("At {router}:8000, Network Setting > Home Networking > LAN Setup (simple menu: “DNS” under local network)."),
         mark("Set DNS values to “User-Defined”, enter {here} as primary DNS, and apply.")),
    ),
    "Google Wifi": RouterSteps(
        ("google", "nest wifi"),
        (mark("Google and Nest Wifi ask for all devices; a custom DNS in the Home app still hides them. Use them as a bridge "
              "with a router that hands out {here}."),
         mark("Else set {here} as DNS server in the Wi-Fi settings of each device.")),
    ),
    "eero": RouterSteps(
        ("eero",),
        (mark("eero asks for all devices. In its app, Settings > Network settings > DHCP & NAT: take Bridge, with a router "
              "that hands out {here}."),
         mark("Else set {here} as DNS server in the Wi-Fi settings of each device.")),
    ),
    "Xiaomi": RouterSteps(
        ("xiaomi", "miwifi"),
        (mark("At {router} (or http://miwifi.com), Settings > Network settings > DHCP server."),
         mark("Enter {here} as DNS 1, and save. Leave the DNS of the internet connection as it is.")),
    ),
    "Huawei": RouterSteps(
        ("huawei", "hgw", "echolife"),
        (mark("At {router}, Home Network > LAN > DHCP (on a fibre box: LAN > DHCP Server)."),
         mark("Turn “DNS proxy” off, enter {here} as primary DNS, and apply.")),
        (mark("LAN > IPv6 or “DHCPv6 server”: take static DNS, and enter {here6}."),),
    ),
    "OPNsense": RouterSteps(
        ("opnsense", "deciso"),
        (mark("Services > ISC DHCPv4, Kea or Dnsmasq, whichever is in use > LAN: enter {here} under DNS servers."),),
        (mark("Services > Router Advertisements > LAN: enter {here6} under DNS servers."),),
    ),
    "pfSense": RouterSteps(
        ("pfsense", "netgate"),
        (mark("Services > DHCP Server > LAN: enter {here} under DNS Servers."),),
        (mark("Services > Router Advertisement > LAN: enter {here6} under DNS Servers."),),
    ),
}


@dataclass(frozen=True, slots=True)
class Guide:
    """A brand's way with all addresses filled in. `ipv6`: () where this appliance has no IPv6 address."""

    brand: str
    ipv4: tuple[Sentence, ...]
    ipv6: tuple[Sentence, ...]
    own_dhcp: bool


def guide(brand: str, router: str, here: str, here6: str) -> Guide:
    """The steps for a brand, or with "" or an unknown one those that hold for most routers."""
    known = ROUTERS.get(brand)
    ipv4 = (*known.ipv4, *(OWN_DHCP if known.own_dhcp else ())) if known else OTHER
    ipv6 = (known.ipv6 if known and known.ipv6 else IPV6) if here6 else ()
    values = {"router": router, "here": here, "here6": here6}

    def filled(texts: Iterable[str]) -> tuple[Sentence, ...]:
        return tuple(Sentence(text, {key: value for key, value in values.items() if f"{{{key}}}" in text})
                     for text in texts)  # fmt: skip

    return Guide(brand if known else "", filled(ipv4), filled(ipv6), bool(known and known.own_dhcp))


def brand_of(texts: Iterable[str]) -> str:
    """The brand that a maker, names or models tell; "" where none does."""
    known = [text.casefold() for text in texts if text]
    for brand, steps in ROUTERS.items():
        if any(word in text for word in steps.words for text in known):
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
    if brand in ROUTERS:
        return together(say("{brand}:", brand=brand), *guide(brand, router, here, "").ipv4)
    return say(
        "In your router ({router}), look for the DHCP server of the home network (not the internet connection), and "
        "enter {here} as the DNS server that it hands out.",
        router=router,
        here=here,
    )

# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting: its name, its default, what it is, and what it may be. Pages, API, docs and checks read from here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, fields
from typing import Any

from store.base.sentences import say
from store.config.choices import Leave, LogPrivacy, RuleKind, WallMode, YoutubeLevel

from store.config.endpoints import (  # isort: skip
    LEASE_FILES, check_group, check_home_domain, check_host_name, check_interface, check_ipv4,
    check_ipv6, check_leave, check_member, check_network, check_own_name, check_path,
)
from store.config.resolving_settings import OFF as OFF
from store.config.resolving_settings import ON_OFF
from store.config.setting_values import Setting, described
from store.config.upstream_specs import check_upstream
from store.config.wall_switches import SWITCHES, USUAL, WallSettings
from store.locale.language_rules import RULES
from wire.response import BlockMode


def _set(default: Any, about: str, check: Callable[[str], str] = str, **more: Any) -> Any:
    return described(default, about, check, **more)


BLOCK, ALLOW = str(RuleKind.BLOCK), str(RuleKind.ALLOW)
# What the house may answer: the others are for single rules, lists and groups.
SINKHOLES = (BlockMode.NULL, BlockMode.NXDOMAIN, BlockMode.NODATA, BlockMode.REFUSED, BlockMode.ADDRESS)


@dataclass(frozen=True, slots=True)
class Settings(WallSettings):
    """All settings, valid. `SETTINGS` describes each by its key; the wall's switches are a setting each."""

    upstreams: tuple[str, ...] = _set(
        ("9.9.9.9", "149.112.112.112"),
        say(
            "DNS servers that answer what is not blocked: addresses in plain DNS, or tls://, https:// and quic:// in "
            "encrypted DNS (docs/upstreams.md)."
        ),
        check_upstream,
    )
    workers: int = _set(
        1,
        say(
            "Processes that answer DNS, each with a cache of its own; those beyond the number of cores stand by for "
            "when another fails, and so does a second beside a lone one. Read at the start only."
        ),
        low=1, high=64,
    )  # fmt: skip
    sinkhole: BlockMode = _set(
        BlockMode.NULL,
        say(
            "The response to a blocked query: {choices}. null stands for 0.0.0.0 and ::, address for those of "
            "sinkhole_ipv4 and sinkhole_ipv6.",
            choices=", ".join(SINKHOLES),
        ),
        choices=SINKHOLES,
    )
    sinkhole_ipv4: str = _set(
        "", say("The IPv4 address for the sinkhole 'address'; empty: no answer for A."), check_ipv4
    )
    sinkhole_ipv6: str = _set(
        "", say("The IPv6 address for the sinkhole 'address'; empty: no answer for AAAA."), check_ipv6
    )
    rebind_protection: str = _set(
        "on",
        say(
            "Whether public names may not lead into the home: on hides their private addresses, off lets them through."
        ),
        choices=ON_OFF,
    )
    safe_search: str = _set(
        "off",
        say(
            "Safe search of every engine for the whole house, where the Services page says nothing else: off, moderate "
            "or strict; the two differ for YouTube alone."
        ),
        choices=(OFF, *YoutubeLevel),
    )
    canary_firefox: str = _set(
        BLOCK,
        say(
            "The name use-application-dns.net, by which Firefox asks whether it may send its DNS elsewhere by itself: "
            "block says no, allow lets it. Where somebody chose it in Firefox, neither matters."
        ),
        choices=(BLOCK, ALLOW),
    )
    canary_private_relay: str = _set(
        BLOCK,
        say(
            "The names mask.icloud.com and mask-h2.icloud.com, by which an Apple device asks whether iCloud Private "
            "Relay may be used: block says no, and the device tells its owner; allow lets Safari go past this house."
        ),
        choices=(BLOCK, ALLOW),
    )
    sinkhole_ttl: int = _set(10, say("Seconds for which a device may keep a blocked response."), low=0, high=86_400)
    allowed_networks: tuple[str, ...] = _set(
        (), say("Networks that are answered besides private and loopback addresses."), check_network
    )
    metrics_networks: tuple[str, ...] = _set((), say("Networks that may read /metrics without a token."), check_network)
    trusted_routers: tuple[str, ...] = _set(
        (), say(
            "Routers or networks of them that may say for whom they ask: their EDNS options with a MAC address or a "
            "client's address count, those of anybody else do not."
        ),
        check_network,
    )
    lease_files: tuple[str, ...] = _set(
        LEASE_FILES,
        say(
            "Files in which DHCP servers keep their leases, and hosts files: they tell names of devices, and whose an "
            "address is. What is missing is passed over."
        ),
        check_path,
    )
    new_devices: str = _set(
        "",
        say("The group, by its name or number, in which a device lands that was never seen before; empty: none."),
        check_group,
    )
    discover_mdns: str = _set(
        "on",
        say(
            "Whether names and kinds of devices are learnt from what they announce by multicast DNS (Bonjour); on "
            "also asks them now and then."
        ),
        choices=ON_OFF,
    )
    discover_ssdp: str = _set(
        "on",
        say("The same by UPnP (SSDP): a description is fetched from the very address that announced it."),
        choices=ON_OFF,
    )
    language: str = _set(
        "",
        say("The language where neither a browser nor a terminal asks for one that there is; empty: English."),
        choices=("", *RULES),
    )
    offline_page: str = _set(
        "on",
        say("Over https, browsers keep one page of ours that says when the appliance is away, and files without data; "
            "off: they let go of it with their next visit."),
        choices=ON_OFF,
    )  # fmt: skip
    own_name: str = _set("telltale", say("The name under which the home reaches this appliance."), check_own_name)
    home_domain: str = _set(
        "home.arpa",
        say(
            "The domain below which devices are found by their names, as in tv.home.arpa; empty: their names are not "
            "answered."
        ),
        check_home_domain,
    )
    web_names: tuple[str, ...] = _set(
        (), say("Other names under which browsers reach the pages, as behind a proxy."), check_host_name
    )
    my_exceptions: Leave = _set(
        Leave.YES,
        say(
            "Who may let a blocked name through for a quarter of an hour on the page of one's own device, /my, without "
            "log-in: yes, any device for itself; ask, after somebody who is logged in has said yes; no, nobody."
        ),
        choices=tuple(Leave),
    )
    my_exceptions_for: tuple[str, ...] = _set(
        (), say(
            "The same where a group or a device differs, as in group:2=ask or device:5=yes; a device's own word goes "
            "before its groups', and of those the strictest counts."
        ),
        check_leave,
    )
    log_privacy: LogPrivacy = _set(
        LogPrivacy.FULL,
        say(
            "What is written down of each query: full, everything; names, the name and what became of it, but not who "
            "asked; nothing, no query at all."
        ),
        choices=tuple(LogPrivacy),
    )
    log_unnamed: tuple[str, ...] = _set(
        (), say(
            "Devices and groups whose names are not written down, as in device:5 or group:2: their queries are "
            "counted, with the verdict, and nothing says what was asked for."
        ),
        check_member,
    )
    log_addresses: str = _set(
        "on",
        say("Whether the query log keeps the address that a query came from; off leaves the device alone."),
        choices=ON_OFF,
    )
    log_keep_days: int = _set(90, say("Days for which the query log is kept."), low=1, high=3650)
    log_keep_imported_days: int = _set(
        400,
        say("Days for which imported history is kept that is older than this log; other imports go with the log."),
        low=1, high=3650,
    )  # fmt: skip
    log_max_mb: int = _set(
        2048, say("Megabytes (MiB) that the query log may fill; the oldest queries go first."), low=16, high=1_048_576
    )
    log_commit_seconds: float = _set(
        120.0,
        say(
            "Seconds for which queries wait to be written while nobody looks at the log; more wears a memory card less."
        ),
        low=0.1, high=600,
    )  # fmt: skip
    session_idle_hours: int = _set(720, say("Hours after which a log-in ends that nobody used."), low=1, high=8784)
    session_longest_days: int = _set(365, say("Days after which a log-in ends, used or not."), low=1, high=3660)
    pages_sleep_seconds: int = _set(
        600,
        say(
            "Seconds without a visitor after which the process of these pages ends to give its memory back; whoever "
            "asks next wakes it, in a second or two. Programs that ask, and open live views, keep it awake. 0: never."
        ),
        low=0, high=86_400,
    )  # fmt: skip
    update_hours: int = _set(24, say("Hours between two looks for newer blocklists."), low=1, high=720)
    cache_max_entries: int = _set(50_000, say("Responses that each DNS process remembers."), low=0, high=5_000_000)
    cache_max_mb: int = _set(64, say("Megabytes (MiB) that those may fill, in each DNS process."), low=1, high=4096)
    upstream_timeout_ms: int = _set(
        1500, say("Milliseconds to wait for an upstream before the next is asked."), low=100, high=4000)  # fmt: skip
    mixed_case: str = _set(
        "on",
        say(
            "Whether upstreams are asked in mixed letters, which are hard to forge (0x20); one that cannot deal with "
            "them is found out and asked in small ones."
        ),
        choices=ON_OFF,
    )
    dhcp: str = _set(
        OFF, say("Whether this machine hands out addresses (DHCP) in the router's place; it begins only when no other "
                 "DHCP server answers."), choices=ON_OFF)  # fmt: skip
    dhcp_interface: str = _set(
        "", say("The network connection for DHCP; empty: the one that leads to the router."), check_interface
    )
    dhcp_from: str = _set("", say("The first address to hand out."), check_ipv4)
    dhcp_to: str = _set("", say("The last address to hand out."), check_ipv4)
    dhcp_router: str = _set("", say("The router that devices are told of; empty: this machine's own."), check_ipv4)
    dhcp_lease_minutes: int = _set(
        720, say("Minutes for which a device may keep its address without asking again."), low=2, high=43_200
    )
    dhcp_ipv6: str = _set(
        OFF, say("Whether devices are told of our DNS over IPv6, too, by router advertisements that make this machine "
                 "nobody's router; only while DHCP is on."), choices=ON_OFF)  # fmt: skip
    dhcp_beside_others: str = _set(
        OFF, say("Whether addresses are handed out although another DHCP server answers; for who knows that both "
                 "agree."), choices=ON_OFF)  # fmt: skip


# Setting → the switch of the wall that it is.
_SWITCHES = {switch.setting: switch for switch in SWITCHES}


def _described(declared: Field[Any]) -> Iterator[Setting]:
    if declared.name == "wall_switches":
        modes = tuple(WallMode)
        yield from (Setting(key, switch.default, switch.about, choices=modes) for key, switch in _SWITCHES.items())
    else:
        yield Setting(declared.name, declared.default, **declared.metadata)


# Every setting, in the order of the settings page.
SETTINGS = {setting.key: setting for declared in fields(Settings) for setting in _described(declared)}


def value_of(settings: Settings, key: str) -> Any:
    """What the setting `key` is set to."""
    switch = _SWITCHES.get(key)
    return getattr(settings, key) if switch is None else settings.wall_switches[switch.name]


def build(values: Mapping[str, Any]) -> Settings:
    """Settings with these values, which `validate` gave, by their keys; the defaults for the others."""
    modes = {switch.name: values[key] for key, switch in _SWITCHES.items() if key in values}
    plain = {key: value for key, value in values.items() if key not in _SWITCHES}
    return Settings(**plain, wall_switches=USUAL | modes)

# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings by what people want: a page each, /settings/AREA. Every setting stands on exactly one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from store.base.sentences import say
from store.config.wall_switches import SWITCHES


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A page that has more of it."""

    href: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Area:
    """`settings` are seen at once, `more` when they are opened; `about`: the question that it answers."""

    key: str
    title: str
    about: str
    icon: str
    settings: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    links: tuple[Elsewhere, ...] = ()
    words: str = ""  # other words for it, as people bring them from elsewhere

    @property
    def href(self) -> str:
        return f"/settings/{self.key}"

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.settings, *self.more)


AREAS = (
    Area(
        "upstreams", say("Where names are looked up"),
        say("Who hears which names your home asks for, and whether they answer truly and quickly."), "globe",
        ("upstreams", "upstream_mode"),
        ("upstream_bootstrap", "upstream_timeout_ms", "mixed_case", "upstream_cookies", "client_subnet"),
        (Elsewhere("/names", say("Local names"), say("Domains that another server answers, and names of your own.")),),
        say("DNS server, provider, Quad9, Cloudflare, Google, resolver, upstream DNS, latency, speed test, "
            "encrypted DNS, DoT, DoH, DoQ, TLS, HTTPS, QUIC, bootstrap, EDNS client subnet, ECS, cookies"),
    ),
    Area(
        "dnssec", say("Forged answers"),
        say("Whether answers are checked for forgery (DNSSEC), and whether this machine looks names up itself."),
        "shield-check", ("dnssec", "recursive"),
        ("recursive_fallback", "dnssec_insecure", "dnssec_anchors", "recursive_hints"), (),
        say("DNSSEC, unbound, recursive resolver, validation, trust anchor, root servers"),
    ),
    Area(
        "kept", say("What is kept, and for how long"),
        say("Which look-ups are written down, by whom, for how many days; and to delete them."), "clock",
        ("log_privacy", "log_keep_days", "log_addresses"),
        ("log_unnamed", "log_keep_imported_days", "log_max_mb", "log_commit_seconds"),
        (Elsewhere("/queries", say("Query log"), say("What stands in it, and to take it out as a file.")),),
        say("privacy, retention, query log, delete, clear, anonymise, history, flush"),
    ),
    Area(
        "answers", say("How blocked names are answered"),
        say("What a device hears when it asks for a name that is blocked, and which detours are closed."), "ban",
        ("sinkhole", "safe_search", "canary_firefox", "canary_private_relay"),
        ("sinkhole_ipv4", "sinkhole_ipv6", "sinkhole_ttl", "rebind_protection"),
        (Elsewhere("/services", say("Services"), say("Safe search, networks and games by device and time.")),),
        say("blocking mode, null, NXDOMAIN, rebind, private relay, DoH canary, TTL"),
    ),
    Area(
        "devices", say("Names and devices"),
        say("What your devices and this one are called, and what a device may decide for itself."), "smartphone",
        ("own_name", "home_domain", "new_devices", "my_exceptions"),
        ("my_exceptions_for", "discover_mdns", "discover_ssdp", "lease_files", "trusted_routers"),
        (
            Elsewhere("/devices", say("Devices"), say("Each device, with its name and what is decided for it.")),
            Elsewhere("/names", say("Local names"), say("Names that lead to machines of your home.")),
        ),
        say("host name, local domain, group, mDNS, UPnP, leases, EDNS"),
    ),
    Area(
        "speed", say("Speed and memory"),
        say("How much is remembered, how many processes answer, how often lists are looked at."), "cpu",
        ("cache_max_mb", "update_hours", "prefetch", "stale_hours"), ("cache_max_entries", "workers"),
        (), say("cache, performance, threads, cores, list update, RAM, prefetch, serve stale, optimistic caching"),
    ),
    Area(
        "access", say("Who may use this"),
        say("Who may see and change things here, and under which names browsers reach it."), "users",
        ("web_names",), ("session_idle_hours", "session_longest_days"),
        (
            Elsewhere("/accounts", say("People and log-in"),
                      say("Who may log in, and as what; your password, two-step log-in, where you are logged in.")),
            Elsewhere("/accounts/tokens", say("API tokens"), say("For scripts and other programs.")),
        ),
        say("password, log in, users, host name, proxy, security"),
    ),
    Area(
        "network", say("Network and addresses"),
        say("Where this machine listens, and whom it answers."), "network",
        ("allowed_networks", "rate_limit"),
        ("rate_limit_network", "rate_limit_exempt", "dns", "web", "pages_sleep_seconds"), (),
        say("port, listen, interface, bind, allowed clients, restart, rate limit, flood, sleep, memory"),
    ),
    Area(
        "encrypted", say("Encrypted DNS"),
        say("Whether devices can ask here without anybody on the way reading it, at home and away."), "shield-check",
        ("outside",), ("dot", "https", "doq", "trusted_proxies", "certificate", "certificate_key"), (),
        say("DoT, DoH, DoQ, TLS, HTTPS, certificate, Private DNS, iPhone, profile, Let’s Encrypt, 853, 443"),
    ),
    Area(
        "dhcp", say("Handing out addresses"),
        say("Whether this machine gives devices their addresses in the router’s place (DHCP)."), "router",
        ("dhcp",),
        ("dhcp_interface", "dhcp_from", "dhcp_to", "dhcp_router", "dhcp_lease_minutes", "dhcp_ipv6",
         "dhcp_beside_others"),
        (Elsewhere("/dhcp", say("DHCP"), say("To turn it on step by step, and fixed addresses.")),),
        say("leases, static, router, IP"),
    ),
    Area(
        "wall", say("Ways around"),
        say("What is done about devices that go past Telltale: other DNS, encrypted or not."), "shield",
        ("wall",),
        (*(switch.setting for switch in SWITCHES), "wall_doh_lists", "wall_refused_networks", "wall_refused_vendors",
         "wall_exceptions", "wall_exempt", "wall_answer_seconds"),
        (
            Elsewhere("/bypass/wall", say("Wall"), say("Its switches, for the house, groups and devices.")),
            Elsewhere("/bypass", say("Bypass"), say("Who goes around, and how.")),
        ),
        say("firewall, DoH, DoT, port 53, bypass, enforce"),
    ),
    Area(
        "backup", say("Backup and moving"),
        say("All that was decided in one file, and what comes from another blocker."), "download", (), (),
        (
            Elsewhere("/backup", say("Backup"), say("Save everything that was decided, or bring it back.")),
            Elsewhere("/changes", say("Changes"), say("Who changed what, and to take it back.")),
        ),
        say("restore, import, export, teleporter, move"),
    ),
    Area(
        "look", say("Language and look"),
        say("In which language and colours these pages are shown; each browser has its own."), "sun-moon",
        ("language",), ("offline_page",),
        (Elsewhere("/language", say("Language of this browser"), say("Each browser may choose its own.")),),
        say("theme, dark, light, translation, time zone"),
    ),
    Area(
        "programs", say("For programs"),
        say("What scripts, charts and other systems may read and change."), "key-round",
        ("metrics_networks",), (),
        (Elsewhere("/api/docs", say("API"), say("Everything that these pages can do, for programs.")),),
        say("API, token, Prometheus, metrics, Grafana, Home Assistant, script"),
    ),
)  # fmt: skip
_BY_KEY = {area.key: area for area in AREAS}
_OF = {key: area for area in AREAS for key in area.keys}


def area(key: str) -> Area | None:
    return _BY_KEY.get(key)


def area_of(setting: str) -> Area:
    """Where a setting stands."""
    return _OF[setting]


def href(setting: str) -> str:
    """The address of a setting's field."""
    return f"{_OF[setting].href}#set-{setting}"

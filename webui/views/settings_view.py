# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings as form fields, and the form back as settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store.base.sentences import say, sentence_of
from store.config import endpoints, settings, usable_settings
from store.config.choices import LogPrivacy
from store.config.setting_values import Setting
from store.config.settings import SettingError
from store.config.wall_switches import SWITCHES
from webui.http.state import WebUi
from webui.views.labels import label
from wire.response import BlockMode

TITLES = {
    "dns": say("DNS listens on"),
    "web": say("Pages listen on"),
    "dot": say("DNS over TLS listens on"),
    "https": say("HTTPS listens on"),
    "doq": say("DNS over QUIC listens on"),
    "outside": say("Devices on the way"),
    "trusted_proxies": say("Trusted proxies"),
    "upstreams": say("Upstreams"),
    "workers": say("Resolver workers"),
    "sinkhole": say("Response to a blocked query"),
    "sinkhole_ipv4": say("Sinkhole IPv4 address"),
    "sinkhole_ipv6": say("Sinkhole IPv6 address"),
    "rebind_protection": say("Hide private addresses"),
    "safe_search": say("Safe search for the house"),
    "offline_page": say("Page for an absence"),
    "canary_firefox": say("Firefox's own DNS"),
    "canary_private_relay": say("iCloud Private Relay"),
    "sinkhole_ttl": say("Lifetime of a blocked response"),
    "allowed_networks": say("Other networks to answer"),
    "metrics_networks": say("Networks that may read metrics"),
    "trusted_routers": say("Trusted routers"),
    "lease_files": say("Lease files"),
    "new_devices": say("New devices land in the group"),
    "discover_mdns": say("Names by mDNS"),
    "discover_ssdp": say("Names by UPnP"),
    "language": say("Language where none is asked for"),
    "own_name": say("Own name"),
    "home_domain": say("Domain of the home"),
    "web_names": say("Other names of the pages"),
    "my_exceptions": say("Devices let names through"),
    "my_exceptions_for": say("Who differs in that"),
    "log_privacy": say("What is written down"),
    "log_unnamed": say("Whose names are not written down"),
    "log_addresses": say("Addresses in the query log"),
    "log_keep_days": say("Keep the query log for"),
    "log_keep_imported_days": say("Keep an imported query log for"),
    "log_max_mb": say("Largest size of the query log"),
    "log_commit_seconds": say("Write the query log every"),
    "session_idle_hours": say("A log-in that nobody uses ends after"),
    "session_longest_days": say("Any log-in ends after"),
    "pages_sleep_seconds": say("The pages sleep after"),
    "update_hours": say("Look for newer blocklists every"),
    "cache_max_entries": say("Cache: responses"),
    "cache_max_mb": say("Cache: size"),
    "upstream_timeout_ms": say("Patience with an upstream"),
    "dnssec": say("Check answers for forgery (DNSSEC)"),
    "dnssec_insecure": say("Answer these domains anyway"),
    "dnssec_anchors": say("Trust anchors of your own"),
    "recursive": say("Be your own resolver"),
    "recursive_fallback": say("Ask the upstreams while it does not work"),
    "recursive_hints": say("Root servers of your own"),
    "upstream_mode": say("While no encrypted upstream answers"),
    "upstream_bootstrap": say("Servers that tell where encrypted ones are"),
    "mixed_case": say("Ask upstreams in mixed letters"),
    "upstream_cookies": say("Ask plain upstreams with cookies"),
    "client_subnet": say("Tell upstreams of this network"),
    "stale_hours": say("Give old answers for"),
    "prefetch": say("Ask again before an answer ends"),
    "rate_limit": say("Most queries of a client"),
    "rate_limit_network": say("Most queries of a network"),
    "rate_limit_exempt": say("Clients without that limit"),
    "certificate": say("Certificate’s file"),
    "certificate_key": say("Its key’s file"),
    "dhcp": say("DHCP"),
    "dhcp_interface": say("DHCP: network connection"),
    "dhcp_from": say("DHCP: from"),
    "dhcp_to": say("DHCP: to"),
    "dhcp_router": say("DHCP: router"),
    "dhcp_lease_minutes": say("DHCP: lease time"),
    "dhcp_ipv6": say("DHCP: DNS over IPv6"),
    "dhcp_beside_others": say("DHCP: beside another server"),
    "wall": say("Wall"),
    **{switch.setting: say("Wall: {switch}", switch=switch.title) for switch in SWITCHES},
    "wall_doh_lists": say("Wall: lists of DNS addresses"),
    "wall_refused_networks": say("Wall: the networks to refuse"),
    "wall_refused_vendors": say("Wall: the vendors to refuse"),
    "wall_exceptions": say("Wall: never touched outside"),
    "wall_exempt": say("Wall: never touched at home"),
    "wall_answer_seconds": say("Wall: an answer counts for longer"),
}

# Read once, before powers are given up: to listen elsewhere, or with more processes, all of it starts anew.
AT_THE_START = ("dns", "web", "workers", "dot", "https", "doq")
CHOICES: Mapping[str, Mapping[str, str]] = {
    "sinkhole": {
        BlockMode.NULL: say("null: the address 0.0.0.0, which leads nowhere (usual)"),
        BlockMode.NXDOMAIN: say("nxdomain: there is no such name"),
        BlockMode.NODATA: say("nodata: the name is there, and has no address"),
        BlockMode.REFUSED: say("refused: this server does not answer that"),
        BlockMode.ADDRESS: say("address: an address of your own, below"),
    },
    "log_privacy": {
        LogPrivacy.FULL: say("full: who asked for which name"),
        LogPrivacy.NAMES: say("names: which names were asked for, not by whom"),
        LogPrivacy.NOTHING: say("nothing: no query is written down"),
    },
    "my_exceptions": {
        "yes": say("yes: at once, by itself"),
        "ask": say("ask: once somebody here has said yes"),
        "no": say("no: nobody, from there"),
    },
    "safe_search": {
        "off": say("off"),
        "moderate": say("moderate: engines strict, YouTube moderate"),
        "strict": say("strict: everywhere"),
    },
    "canary_firefox": {"block": say("block: Firefox keeps asking here"), "allow": say("allow: Firefox may go past")},
    "canary_private_relay": {
        "block": say("block: Apple devices keep asking here"), "allow": say("allow: Safari may go past"),
    },
    "wall": {
        "off": say("off: nothing is watched"),
        "watch": say("watch: counted, and let through"),
        "enforce": say("enforce: counted, and held"),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldView:
    """One setting as a form field.

    `locked`: what sets it instead, "" where the page may; `variable`: of the environment, where that does it;
    `default`: as people read it; `stored`: whether it was chosen here, even as the default is; `options`: (value,
    words) of each choice.
    """

    key: str
    title: str
    about: str
    value: str
    choices: tuple[str, ...]
    number: bool
    restart: bool
    locked: str
    problem: str
    default: str = ""
    stored: bool = False
    variable: str = ""
    options: tuple[tuple[str, str], ...] = ()


def fields(
    ui: WebUi, wrong: Mapping[str, str], typed: Mapping[str, str], keys: Iterable[str] = settings.SETTINGS
) -> list[FieldView]:
    """These settings, every one as a rule; what was typed stands again beside what is wrong with it."""
    now = usable_settings.load(ui.state, ui.environ)
    locked, stored = settings.locked(ui.state, ui.environ), settings.from_table(ui.state)
    return [_field(key, now, locked.get(key, ""), key in stored, wrong, typed) for key in keys]


def _field(
    key: str, now: settings.Settings, locked: str, stored: bool, wrong: Mapping[str, str], typed: Mapping[str, str]
) -> FieldView:
    setting = settings.SETTINGS[key]
    return FieldView(
        key=key,
        title=TITLES.get(key, key.replace("_", " ").capitalize()),
        about=setting.about,
        value=typed.get(key, text(settings.value_of(now, key))),
        choices=setting.choices,
        number=isinstance(setting.default, int | float),
        restart=key in AT_THE_START,
        locked=locked,
        problem=wrong.get(key, "") or warning(key, now) or "",
        default=called(setting, setting.default),
        stored=stored and not locked,
        variable=settings.variable(key) if locked == "environment" else "",
        options=choices(setting),
    )


def read(form: Mapping[str, str], ui: WebUi) -> tuple[dict[str, Any], dict[str, str]]:
    """(settings to store, what is wrong by key): only fields that differ from what holds, never a locked one."""
    now = usable_settings.load(ui.state, ui.environ)
    locked = settings.locked(ui.state, ui.environ)
    wanted: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key in settings.SETTINGS:
        if key not in form or key in locked or form[key].strip() == text(settings.value_of(now, key)):
            continue
        try:
            wanted[key] = settings.from_text(key, form[key].strip())
        except SettingError as error:
            wrong[key] = sentence_of(error)
    return wanted, wrong


def warning(key: str, now: settings.Settings) -> str | None:
    """What is to be said of a value that may be, and may not be meant; None of nearly all."""
    return endpoints.own_name_warning(now.own_name) if key == "own_name" else None


def not_kept(now: settings.Settings) -> str:
    """What pages made of the query log say where privacy leaves something out of it; "" where nothing is."""
    if now.log_privacy is LogPrivacy.NOTHING:
        return say("No query is written down, so what stands here is from before.")
    if now.log_privacy is LogPrivacy.NAMES:
        return say("Who asks is not written down: nothing new is known of single devices.")
    return ""


def choices(setting: Setting) -> tuple[tuple[str, str], ...]:
    """(value, what it is called) of each."""
    words = CHOICES.get(setting.key, {})
    usual = say("the usual one")
    return tuple((str(choice), words.get(choice) or label(str(choice)) or usual) for choice in setting.choices)


def called(setting: Setting, value: object) -> str:
    """A value as a person reads it; an empty one is said as such."""
    if setting.choices:
        return dict(choices(setting)).get(str(value), str(value))
    return text(value) or say("nothing")


def text(value: object) -> str:
    """A setting as a person types it."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

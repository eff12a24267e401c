# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of where answers come from, and how much of them is believed; `known_settings` has the others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.base.sentences import say
from store.config.choices import Dnssec, UpstreamMode
from store.config.endpoints import check_client_subnet, check_network, check_path_or_nothing
from store.config.listening_settings import ListeningSettings
from store.config.setting_values import described
from store.config.upstream_specs import check_bootstrap
from store.names import insecure_domains


def _set(default: Any, about: str, check: Callable[[str], str] = str, **more: Any) -> Any:
    return described(default, about, check, **more)


ON_OFF = ("on", "off")
OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvingSettings(ListeningSettings):
    """A part of `Settings`."""

    recursive: str = _set(
        OFF,
        say(
            "Whether this machine is its own resolver: on asks the name servers of the internet themselves, by "
            "Debian’s unbound, and checks signatures; no upstream hears of the home then."
        ),
        choices=ON_OFF,
    )
    recursive_fallback: str = _set(
        OFF,
        say(
            "Whether the upstreams are asked, with nothing checked, while this machine’s own resolver does not work; "
            "off: then nothing new is answered."
        ),
        choices=ON_OFF,
    )
    recursive_hints: str = _set(
        "", say("A file with the addresses of the root’s name servers; empty: those that everybody has."),
        check_path_or_nothing,
    )  # fmt: skip
    dnssec: Dnssec = _set(
        Dnssec.OFF,
        say(
            "Whether answers are checked for forgery (DNSSEC): off; trust, what an upstream says that it checked, "
            "where it is asked over an encrypted connection; validate, checked on this machine, by Debian’s unbound."
        ),
        choices=tuple(Dnssec),
    )
    dnssec_anchors: str = _set(
        "", say("A file with trust anchors (DS or DNSKEY records) in place of the root’s own; empty: those."),
        check_path_or_nothing,
    )  # fmt: skip
    dnssec_insecure: tuple[str, ...] = _set(
        (), say(
            "Domains that are answered although their signatures are wrong, with all below them, as in broken.example "
            "or broken.example until 2026-12-24T18:00Z."
        ),
        insecure_domains.check,
    )
    upstream_mode: UpstreamMode = _set(
        UpstreamMode.STRICT,
        say(
            "What becomes of names while no encrypted upstream answers: strict never asks in the clear, fallback asks "
            "plain servers until one does again, and tells."
        ),
        choices=tuple(UpstreamMode),
    )
    upstream_bootstrap: tuple[str, ...] = _set(
        ("9.9.9.9", "149.112.112.112", "1.1.1.1", "[2620:fe::fe]:53", "[2606:4700:4700::1111]:53"),
        say(
            "Servers that are asked for the addresses of encrypted upstreams that are written as names, in plain DNS "
            "or themselves encrypted, as in tls://9.9.9.9#dns.quad9.net; for nothing else but, the plain ones, with "
            "upstream_mode fallback."
        ),
        check_bootstrap,
    )
    upstream_cookies: str = _set(
        "on",
        say(
            "Whether plain upstreams are asked with cookies, which nobody can forge who does not see them (RFC 7873); "
            "one that knows none is asked all the same."
        ),
        choices=ON_OFF,
    )
    client_subnet: str = _set(
        "",
        say(
            "A network that upstreams are told the home is in (EDNS client subnet), as in 203.0.113.0/24; 0.0.0.0/0 "
            "asks them to tell others nothing either; empty: nothing is said. What devices say of it goes no further."
        ),
        check_client_subnet,
    )
    stale_hours: int = _set(
        24,
        say(
            "Hours past its time for which an old answer is given while no upstream answers, or none within 1.8 "
            "seconds; 0: never."
        ),
        low=0, high=168,
    )  # fmt: skip
    prefetch: str = _set(
        "on",
        say(
            "Whether names that are in use are asked for again shortly before their answers end, so that nobody waits; "
            "this adds a tenth to what upstreams are asked at most."
        ),
        choices=ON_OFF,
    )
    rate_limit: int = _set(
        0,
        say(
            "Queries a second that one client is answered, in each DNS process; beyond them it is told to come over "
            "TCP, then nothing. 0: as many as it likes, as long as others are answered too."
        ),
        low=0, high=1_000_000,
    )  # fmt: skip
    rate_limit_network: int = _set(
        0,
        say("The same for all clients of a network together: a /24 of IPv4, a /64 of IPv6; 0: as many as they like."),
        low=0, high=1_000_000,
    )  # fmt: skip
    rate_limit_exempt: tuple[str, ...] = _set(
        (), say("Clients or networks to which neither limit applies; this machine itself never has one."),
        check_network,
    )  # fmt: skip


def asks_itself(settings: ResolvingSettings) -> bool:
    """Whether names go to a resolver of this machine's own (unbound), which checks signatures."""
    return settings.recursive == "on" or settings.dnssec is Dnssec.VALIDATE

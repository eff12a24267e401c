# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of where this machine listens, and with which certificate; the first of `known_settings.Settings`."""

from dataclasses import dataclass

from store.base.sentences import say
from store.config.endpoints import OFF, check_endpoint, check_network, check_path_or_nothing, check_served
from store.config.setting_values import described as _set


@dataclass(frozen=True, slots=True)
class ListeningSettings:
    """Part of `Settings`, which see."""

    dns: tuple[str, ...] = _set(
        ("0.0.0.0:53", "[::]:53"), say("Addresses and ports that answer DNS; read at the start only."), check_endpoint
    )
    web: str = _set("0.0.0.0:80", say("Address and port of the web pages; read at the start only."), check_endpoint)
    dot: tuple[str, ...] = _set(
        (), say(
            "Addresses and ports that answer DNS over TLS; empty: port 853 once there is a certificate; off: none. "
            "Read at the start only."
        ),
        check_served,
    )
    https: tuple[str, ...] = _set(
        (), say(
            "Addresses and ports that answer DNS over HTTPS, and the pages over HTTPS; empty: port 443 once there is a "
            "certificate; off: none. Read at the start only."
        ),
        check_served,
    )
    doq: tuple[str, ...] = _set(
        (), say("Addresses and ports that answer DNS over QUIC; empty or off: none. Read at the start only."),
        check_served,
    )
    outside: str = _set(
        OFF, say(
            "Whether devices are answered from outside the home over encrypted DNS: on answers those that name "
            "themselves by the address of their own, which nobody can guess."
        ),
        choices=("on", OFF),
    )
    trusted_proxies: tuple[str, ...] = _set(
        (), say(
            "Reverse proxies, or networks of them, that may say for whom they ask in DNS over HTTPS (X-Forwarded-For); "
            "through any other, a query counts as one from outside."
        ),
        check_network,
    )
    certificate: str = _set(
        "",
        say(
            "The file of the certificate, with its chain, for encrypted DNS and for the pages over HTTPS; empty: the "
            "one in the state directory, which `telltale certificate make` makes."
        ),
        check_path_or_nothing,
    )
    certificate_key: str = _set(
        "", say("The file of its key, without a passphrase; empty: it stands in the file of the certificate."),
        check_path_or_nothing,
    )

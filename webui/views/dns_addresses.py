# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which addresses devices at home reach our DNS: for the sentence "point a device's DNS at …". Pure."""

from __future__ import annotations

from store.base.sentences import say
from store.config.settings import Settings, parse_endpoint
from wire.addresses import Address


def dns_addresses(settings: Settings, here: Address | None) -> list[str]:
    """Addresses as a person types them, with the port where it is not 53; [] when none can be found out.

    `here`: this machine's IPv4 address in the home, to be said where DNS is answered on all of them.
    """
    shown: list[str] = []
    for endpoint in settings.dns:
        host, port = parse_endpoint(endpoint, 53)
        if host == "::":
            continue  # the IPv4 line says it already, and a home's IPv6 address changes
        if host == "0.0.0.0":  # noqa: S104  (compared, not bound)
            host = str(here or "")
        if host:
            shown.append(host if port == 53 else say("{address} port {port}", address=host, port=port))
    return list(dict.fromkeys(shown))

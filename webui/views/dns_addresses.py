# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which addresses devices at home reach our DNS: for the sentence "point a device's DNS at …"."""

from __future__ import annotations

import socket

from store.config.settings import Settings, parse_endpoint

# Documentation address of RFC 5737: connecting a UDP socket to it sends nothing, but shows the way out.
_OUTSIDE = ("192.0.2.1", 53)


def own_addresses(settings: Settings) -> list[str]:
    """Addresses as a person types them, with the port where it is not 53; [] when none can be found out."""
    found: list[str] = []
    for endpoint in settings.dns:
        host, port = parse_endpoint(endpoint, 53)
        if host == "::":
            continue  # the IPv4 line says it already, and a home's IPv6 address changes
        host = _way_out() if host == "0.0.0.0" else host  # noqa: S104  (listening on all: say the one that others see)
        if host:
            found.append(host if port == 53 else f"{host} port {port}")
    return list(dict.fromkeys(found))


def _way_out() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(_OUTSIDE)
        except OSError:
            return ""
        return str(sock.getsockname()[0])

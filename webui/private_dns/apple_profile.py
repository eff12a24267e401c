# SPDX-License-Identifier: GPL-3.0-or-later
"""A configuration profile for Apple's systems (com.apple.dnsSettings.managed), as a property list. Pure.

    at home     where the network hands out our address as its DNS server, devices ask us anyway: there the profile
                rests (`only_away`), or it holds everywhere
    addresses   they stand beside a name that cannot be looked up before it is known: one of the home alone
"""

from __future__ import annotations

import plistlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MEDIA_TYPE = "application/x-apple-aspen-config"
_SPACE = uuid.UUID("6f1c6f3e-7d0c-4a7a-9d53-0b9a1b0f3c11")  # names of ours become the same identifiers again


class Protocol(StrEnum):
    """As the profile calls them."""

    HTTPS = "HTTPS"
    TLS = "TLS"


@dataclass(frozen=True, slots=True)
class ProfileWanted:
    """`server`: the name for TLS, the address (https://…) for HTTPS. `addresses`: where that is, "" to look it up;
    `home_servers`: the DNS servers that the home's network hands out."""

    protocol: Protocol
    server: str
    title: str
    about: str
    addresses: Sequence[str] = ()
    only_away: bool = False
    home_servers: Sequence[str] = ()


def profile(wanted: ProfileWanted) -> bytes:
    """The profile as XML. Installed once more it takes the place of the one before: identifiers are of the server."""
    inner, outer = (str(uuid.uuid5(_SPACE, f"{part} {wanted.protocol} {wanted.server}")).upper() for part in "ab")
    payload: dict[str, Any] = {
        "PayloadType": "com.apple.dnsSettings.managed", "PayloadVersion": 1, "PayloadUUID": inner,
        "PayloadIdentifier": f"com.apple.dnsSettings.managed.{inner}", "PayloadDisplayName": wanted.title,
        "DNSSettings": _dns(wanted),
    }  # fmt: skip
    if wanted.only_away and wanted.home_servers:
        payload["OnDemandEnabled"] = 1
        payload["OnDemandRules"] = [
            {"Action": "Disconnect", "DNSServerAddressMatch": list(wanted.home_servers)}, {"Action": "Connect"},
        ]  # fmt: skip
    return plistlib.dumps({
        "PayloadType": "Configuration", "PayloadVersion": 1, "PayloadUUID": outer,
        "PayloadIdentifier": f"telltale.{outer}", "PayloadDisplayName": wanted.title,
        "PayloadDescription": wanted.about, "PayloadOrganization": "Telltale", "PayloadRemovalDisallowed": False,
        "PayloadContent": [payload],
    })  # fmt: skip


def _dns(wanted: ProfileWanted) -> dict[str, Any]:
    key = "ServerURL" if wanted.protocol is Protocol.HTTPS else "ServerName"
    dns: dict[str, Any] = {"DNSProtocol": str(wanted.protocol), key: wanted.server}
    if wanted.addresses:
        dns["ServerAddresses"] = list(wanted.addresses)
    return dns

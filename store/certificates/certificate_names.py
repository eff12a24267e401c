# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which names and addresses clients reach this machine, so what its certificate has to hold."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

from network import address_flags
from network.address_flags import OwnAddress
from store.config.known_settings import Settings
from wire.addresses import Address

LOCALHOST = "localhost"
MAX_ADDRESSES = 32  # of one certificate: a machine at home has some ten, and each makes a handshake longer


def names(settings: Settings) -> tuple[str, ...]:
    """The names of the home's own certificate, the chief one first; with `*.` before it for devices' own names.

    The chief name has at least two labels: clients refuse a wildcard right below a top-level domain.
    """
    chief = server_name(settings)
    alone = (settings.own_name,) if settings.own_name != chief else ()
    return tuple(dict.fromkeys((chief, f"*.{chief}", *alone, *settings.web_names, LOCALHOST)))


def server_name(settings: Settings) -> str:
    """The name under which clients are told to reach encrypted DNS: telltale.home.arpa."""
    if "." in settings.own_name:
        return settings.own_name
    return f"{settings.own_name}.{settings.home_domain or 'home.arpa'}"


def device_name(label: str, settings: Settings) -> str:
    """The name by which a device says who it is: its word as the first label."""
    return f"{label}.{server_name(settings)}"


def addresses(own: Iterable[OwnAddress] | None = None) -> tuple[str, ...]:
    """This machine's addresses that last, loopback first; those that are for privacy, given up, or of one link alone
    are left out."""
    machine = address_flags.own() if own is None else own
    lasting = {each.address for each in machine if not (each.temporary or each.deprecated) and _is_met(each.address)}
    ordered = sorted(lasting, key=lambda address: (not address.is_loopback, address.version, address))
    return tuple(str(address) for address in ordered[:MAX_ADDRESSES])


def _is_met(address: Address) -> bool:
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)


def covers(certified: Iterable[str], name: str) -> bool:
    """Whether one of a certificate's names stands for `name`: the same, or a wildcard of one label (RFC 6125)."""
    above = name.partition(".")[2]
    return any(each == name or (each.startswith("*.") and each[2:] == above) for each in certified)


def holds(certified: Iterable[str], address: str) -> bool:
    """Whether one of a certificate's addresses is this one, however it is written."""
    return ip_address(address) in {ip_address(each) for each in certified}

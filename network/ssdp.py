# SPDX-License-Identifier: GPL-3.0-or-later
"""SSDP messages of UPnP devices: what they announce, and where they say their description is. Pure.

UPnP Device Architecture 2.0, section 1: HTTP-like lines over UDP. LOCATION counts only where it is at the very address
that the message came from, so nobody can have us fetch from another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

GROUP, PORT = "239.255.255.250", 1900
_LINES_MAX = 40
_LINE_MAX = 512
_FIRST = re.compile(r"NOTIFY \* HTTP/1\.|HTTP/1\.\d 200\b", re.IGNORECASE)
_KNOWN = ("urn:", "upnp:", "uuid:")


@dataclass(frozen=True, slots=True)
class Location:
    """Where a device describes itself: always at the address that announced it."""

    address: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """A NOTIFY, or the response to a search: its type (`urn:…`, "" for none), and its description's place."""

    address: str
    type: str
    server: str
    location: Location | None


def search() -> list[bytes]:
    """The question to all root devices to announce themselves within two seconds (section 1.3.2)."""
    lines = (
        "M-SEARCH * HTTP/1.1", f"HOST: {GROUP}:{PORT}", 'MAN: "ssdp:discover"', "MX: 2", "ST: upnp:rootdevice", "", "",
    )  # fmt: skip
    return ["\r\n".join(lines).encode("ascii")]


def read(packet: bytes, sender: str) -> Announcement | None:
    """What a packet announces; None for searches of others, a good-bye, and for what does not read."""
    first, *lines = packet.decode("utf-8", "replace").split("\r\n")[:_LINES_MAX]
    if not _FIRST.match(first):
        return None
    headers = dict[str, str]()
    for line in lines:
        name, colon, value = line[:_LINE_MAX].partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    if headers.get("nts", "ssdp:alive").lower() not in ("ssdp:alive", "ssdp:update"):
        return None
    kind = headers.get("nt") or headers.get("st") or ""
    known = kind if kind.lower().startswith(_KNOWN) else ""
    return Announcement(sender, known, headers.get("server", ""), location(headers.get("location", ""), sender))


def location(url: str, sender: str) -> Location | None:
    """The place that a URL names, where it is plain HTTP at the sender's own address; None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
        if parts.scheme.lower() != "http" or parts.username or parts.password or parts.hostname is None:
            return None
        if ip_address(parts.hostname) != ip_address(sender):
            return None
    except ValueError:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Location(sender, port, path) if path.isascii() and path.isprintable() and " " not in path else None

# SPDX-License-Identifier: GPL-3.0-or-later
"""A UPnP device's description: fetched from where it announced itself, and read without trust.

One GET without redirects, of BYTES_MAX and SECONDS_MAX at most. XML with a document type, so with entities, is
refused before anything of it is read.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from dataclasses import dataclass
from xml.parsers import expat

from network.ssdp import Location
from wire.addresses import HOME_DEVICES, holder, parse

BYTES_MAX = 64 << 10  # the longest known, a router's with all its services, has some 20 KB
SECONDS_MAX = 3.0
_TEXT_MAX = 200
_DEPTH_MAX = 32
_CHUNKED = re.compile(rb"transfer-encoding\s*:\s*chunked\s*", re.IGNORECASE)
_WANTED = {"friendlyName": "friendly_name", "manufacturer": "manufacturer", "modelName": "model", "deviceType": "type"}
_is_of_a_home = holder(HOME_DEVICES)


class BadDescription(Exception):  # noqa: N818 - named for what it is
    """What came is no description; the text says why."""


@dataclass(frozen=True, slots=True)
class Description:
    """What the root device says of itself, "" where it does not. Hostile text."""

    friendly_name: str = ""
    manufacturer: str = ""
    model: str = ""
    type: str = ""


def fetch(place: Location) -> Description:
    """The description at a place. Raises BadDescription, OSError."""
    return parse_xml(_body(_get(place, time.monotonic() + SECONDS_MAX)))


def parse_xml(data: bytes) -> Description:
    """The root device's texts. Raises BadDescription."""
    texts, path, text = dict[str, str](), list[str](), list[str]()
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _: object) -> None:
        path.append(name.rpartition(" ")[2])
        text.clear()
        if len(path) > _DEPTH_MAX:
            raise BadDescription("too deep")

    def end(_: str) -> None:
        if path[:-1] == ["root", "device"] and path[-1] in _WANTED:
            texts.setdefault(_WANTED[path[-1]], "".join(text).strip()[:_TEXT_MAX])
        path.pop()
        text.clear()

    def refuse(*_: object) -> int:
        raise BadDescription("it has a document type")

    def take(part: str) -> None:
        if len(text) < _TEXT_MAX:
            text.append(part[:_TEXT_MAX])

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, take
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadDescription(f"no XML: {error}") from None
    return Description(**texts)


def _get(place: Location, until: float) -> bytes:
    """The whole response, as it came."""
    if not _is_of_a_home(parse(place.address).packed):
        raise BadDescription("not at home")
    with socket.create_connection((place.address, place.port), timeout=SECONDS_MAX) as sock:
        host = f"{place.address}:{place.port}"
        sock.sendall(f"GET {place.path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii"))
        data = bytearray()
        while len(data) <= BYTES_MAX:
            left = until - time.monotonic()
            if left <= 0:
                raise BadDescription("it takes too long")
            sock.settimeout(left)
            with contextlib.suppress(ConnectionResetError):
                if part := sock.recv(8192):
                    data += part
                    continue
            return bytes(data)
    raise BadDescription("it is too long")


def _body(response: bytes) -> bytes:
    head, blank, body = response.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    if not blank or first.split()[1:2] != [b"200"] or not first.startswith(b"HTTP/1."):
        raise BadDescription("no response with a description")
    return _joined(body) if any(map(_CHUNKED.fullmatch, lines)) else body


def _joined(body: bytes) -> bytes:
    """Chunks put together: some devices send them to an HTTP/1.0 client too."""
    whole, at = bytearray(), 0
    while (end := body.find(b"\r\n", at)) >= 0:
        try:
            length = int(body[at:end].split(b";")[0], 16)
        except ValueError:
            raise BadDescription("broken chunks") from None
        if length <= 0:
            break
        whole += body[end + 2 : end + 2 + length]
        at = end + length + 4
    return bytes(whole)

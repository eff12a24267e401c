# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses each client was told, as the kernel's sets hold it too: "no answer, no connection". Pure.

An answer counts for the client's address and for its MAC address, since a device asks over IPv4 and connects over IPv6.
"""

import socket
import threading
from collections.abc import Iterable, Iterator

from firewall.render import ANSWERS_SIZE, elements_of
from wire.addresses import Address

# (set, key as the kernel holds it, seconds)
Entry = tuple[str, bytes, int]
# Renewed only when an answer lasts this much longer than the last: a device asks for some names every second.
RENEW_SECONDS = 60
# What makes room when the table is full, oldest first.
_ROOM = ANSWERS_SIZE // 10


class Answers:
    """Set and key → until when, in seconds of the caller's clock. At most render.ANSWERS_SIZE, as in the kernel.

    `lock`: held by whoever uses it beside another thread, and while the table is replaced, so that none is lost.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._until: dict[tuple[str, bytes], float] = {}

    def __len__(self) -> int:
        return len(self._until)

    def learn(self, client: Address, mac: str | None, address: Address, seconds: int, now: float) -> list[Entry]:
        """Note an answer to a client; what is to be put into the kernel's sets for it."""
        fresh = []
        for name, key in _keys(client, mac, address):
            if self._until.get((name, key), 0.0) < now + seconds - RENEW_SECONDS or (name, key) not in self._until:
                self._until.pop((name, key), None)  # to the end of the line
                self._until[name, key] = now + seconds
                fresh.append((name, key, seconds))
        if len(self._until) > ANSWERS_SIZE:
            self._make_room(now)
        return fresh

    def known(self, client: Address, mac: str | None, address: Address, now: float) -> bool:
        """Whether an answer that still counts gave the address to the client."""
        return any(self._until.get(where, 0.0) > now for where in _keys(client, mac, address))

    def lines(self, now: float) -> Iterator[str]:
        """All that still counts, as lines for `render`."""
        by_set: dict[str, list[tuple[str, int]]] = {}
        for (name, key), until in self._until.items():
            if until > now:
                by_set.setdefault(name, []).append((_text(name, key), max(1, int(until - now))))
        for name, values in by_set.items():
            yield from elements_of(name, values)

    def load(self, name: str, elements: Iterable[tuple[tuple[str, ...], int]], now: float) -> None:
        """Take over what the kernel's set held: (parts, seconds left)."""
        for parts, seconds in elements:
            if len(parts) == 2 and len(self._until) < ANSWERS_SIZE:
                self._until[name, _key(name, *parts)] = now + seconds

    def _make_room(self, now: float) -> None:
        self._until = {where: until for where, until in self._until.items() if until > now}
        if len(self._until) > ANSWERS_SIZE - _ROOM:
            for where in list(self._until)[:_ROOM]:
                del self._until[where]


def _keys(client: Address, mac: str | None, address: Address) -> Iterator[tuple[str, bytes]]:
    if client.version == address.version:
        yield f"answers{address.version}", client.packed + address.packed
    if mac is not None:
        yield f"answers_mac{address.version}", _mac(mac) + address.packed


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", "")) + bytes(2)  # the kernel pads each part to four bytes


def _key(name: str, first: str, second: str) -> bytes:
    family = socket.AF_INET if name.endswith("4") else socket.AF_INET6
    begin = _mac(first) if name.startswith("answers_mac") else socket.inet_pton(family, first)
    return begin + socket.inet_pton(family, second)


def _text(name: str, key: bytes) -> str:
    family, size = (socket.AF_INET, 4) if name.endswith("4") else (socket.AF_INET6, 16)
    first, second = key[:-size], socket.inet_ntop(family, key[-size:])
    return f"{first[:6].hex(':') if name.startswith('answers_mac') else socket.inet_ntop(family, first)} . {second}"

# SPDX-License-Identifier: GPL-3.0-or-later
"""The connections to one upstream: kept, shared, few (RFC 7766), and not begun again and again where none comes about.

A connection that fails before it has carried anything is followed by another only after a while, which doubles; one
that the server closed is no failure. What failed last is told (`fault`), until an answer comes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from resolver.transport.connection import MAX_PENDING, Connection
from resolver.transport.dialling import dial
from resolver.transport.endpoint import Endpoint
from resolver.transport.faults import fault_of, hung_up
from resolver.transport.transport import Owner

log = logging.getLogger(__name__)

SLEPT_SECONDS = 1.0  # a machine that slept for so long has lost its connections: routers and servers forget them
MAX_DISTRUSTED = 8  # connections kept beside those for answers that may come late


@dataclass(frozen=True, slots=True)
class Limits:
    """`share`: exchanges on a connection before another is opened; `again_seconds`: (first, longest) pause after one
    that could not be opened."""

    connections: int
    share: int
    connect_seconds: float
    idle_seconds: float
    again_seconds: tuple[float, float] = (0.0, 0.0)


class Connections:
    """A `Transport`, and the `Holder` of its connections; a transport derives from it and makes them."""

    datagrams = encrypted = False
    least_seconds = 2.0  # a handshake more than UDP
    limits: Limits

    def __init__(self, owner: Owner, endpoint: Endpoint) -> None:
        self.endpoint, self.fault, self.handshakes = endpoint, "", 0
        self._owner, self.loop = owner, owner.loop
        self._on_packet = owner.on_packet
        self._best = ""  # the address that answered last
        self._held: list[Connection] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._again_at, self._pause = 0.0, 0.0
        self._slept = slept()

    @property
    def is_open(self) -> bool:
        """As `Transport`."""
        return any(each.is_open and not each.distrusted for each in self._held)

    def make(self) -> Connection:
        """A connection that is not open yet, with its pipe."""
        raise NotImplementedError

    def place(self) -> tuple[Connection, bytes]:
        """The least busy connection, or a new one, and an id. Raises OSError when there is none to be had now."""
        if slept() > self._slept + SLEPT_SECONDS:
            self._wake_up()
        trusted = [each for each in self._held if not each.distrusted]
        least = min(trusted, key=lambda each: len(each.pending), default=None)
        if least is None or (len(least.pending) >= self.limits.share and len(trusted) < self.limits.connections):
            if self.loop.time() < self._again_at:
                if least is None:
                    raise OSError(self.fault)
            else:
                least = self._open()
        if len(least.pending) >= MAX_PENDING:
            raise OSError("too many queries wait on this upstream's connections")
        return least, least.free_ident()

    def close(self) -> None:
        """End all connections."""
        for connection in list(self._held):
            connection.close()
        for task in self._tasks:
            task.cancel()

    # --- what connections say ---

    def opened(self, connection: Connection) -> None:
        """As `Holder`."""

    def packet(self, connection: Connection, packet: bytes) -> None:
        """As `Holder`."""
        if self._pause or self.fault:
            self._pause, self.fault = 0.0, ""
        self._on_packet(connection, packet)

    def told(self, fault: str) -> None:
        """As `Holder`."""
        self.fault = fault

    def idle(self, connection: Connection) -> None:
        """As `Holder`."""
        if connection.distrusted:
            connection.close()
        else:
            self.loop.call_later(self.limits.idle_seconds, self._close_idle, connection, connection.answers)

    def lost(self, connection: Connection, fault: str) -> None:
        """As `Holder`."""
        if connection in self._held:
            self._held.remove(connection)
        if not connection.answers and (fault or connection.pending):
            self._failed(fault or hung_up())
        if connection.pending:
            self._owner.on_error(connection)

    # --- opening ---

    def _open(self) -> Connection:
        if len(self._held) >= self.limits.connections + MAX_DISTRUSTED:
            next(each for each in self._held if each.distrusted).close()  # the oldest stands first
        connection = self.make()
        self._held.append(connection)
        self.handshakes += 1
        task = self.loop.create_task(self._connect(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return connection

    async def _connect(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(self.limits.connect_seconds):
                address = await self.connect(connection)
            self._best = address if connection.is_open else ""
        except (OSError, TimeoutError) as error:
            self._best = ""
            connection.close(fault_of(error))
        except Exception as error:
            log.exception("a connection to %s", self.endpoint.spec)
            connection.close(str(error))

    async def connect(self, connection: Connection) -> str:
        """Connect, and wait until it is open or never will be; to which address. Raises OSError."""
        sock, address = await dial(self.loop, await self.addresses(), self.endpoint.port)
        try:
            await self.loop.create_connection(lambda: connection.pipe, sock=sock)
        except BaseException:
            sock.close()
            raise
        await connection.settled.wait()
        return address

    def _wake_up(self) -> None:
        """After a sleep: what stood before it is asked nothing more, and nobody waits to find out."""
        self._slept = slept()
        self._again_at = self._pause = 0.0
        for connection in [each for each in self._held if each.is_open]:
            connection.distrusted = True
            if not connection.pending:
                connection.close()

    async def addresses(self) -> Sequence[str]:
        """Of the server, that which was good last before the rest."""
        if self.endpoint.has_address:
            return (self.endpoint.host,)
        addresses = await self._owner.find_addresses(self.endpoint.host)
        return sorted(addresses, key=lambda address: address != self._best)

    def _failed(self, fault: str) -> None:
        """None came about, or it carried nothing: say why, and pause."""
        first, longest = self.limits.again_seconds
        self.fault = fault
        self._pause = min(max(self._pause * 2, first), longest)
        self._again_at = self.loop.time() + self._pause

    def _close_idle(self, connection: Connection, answers: int) -> None:
        """Close it, unless it was used since."""
        if not connection.pending and connection.answers == answers:
            connection.close()


def slept() -> float:
    """Seconds for which this machine slept since it was started: the clock that people's queries go by stood still."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)

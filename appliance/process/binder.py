# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that keeps the power to bind a port under 1024, for one that could not be had at the start.

It is begun before powers are given up, and only where something was busy. It listens on nothing and reads nothing but
what the supervisor asks, `dns`, `web`, `dot`, `https` or `doq` with an endpoint; what it binds goes back over the
socket between them, under the number of the question: one that comes too late must not be taken for the next one's.
"""

from __future__ import annotations

import json
import os
import pwd
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress

from appliance.errors import Complaint
from appliance.process import forking, orphans, privilege, sockets
from appliance.process.sockets import DnsSockets
from store.config.endpoints import Endpoint

MODULE = "appliance.process.binder"
ANSWER_SECONDS = 2.0
MAX_SETS = 64  # as many workers as the setting allows
_MAX_WORDS = 4096


class Binder:
    """The supervisor's end."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._number = sock, 0

    @classmethod
    def begin(cls, environ: Mapping[str, str], entry: pwd.struct_passwd | None) -> Binder | None:
        """None where no process can be started."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        parent = os.getpid()

        def settle() -> None:
            os.setpgid(0, 0)
            privilege.keep_bind_service(entry)
            orphans.end_with(parent)

        try:
            forking.fork("binder", MODULE, (str(theirs.fileno()),), (theirs.fileno(),), environ, settle)
        except OSError:
            ours.close()
            return None
        finally:
            theirs.close()
        ours.settimeout(ANSWER_SECONDS)
        return cls(ours)

    def dns(self, endpoint: Endpoint, sets: int) -> DnsSockets | None:
        """UDP and TCP of the endpoint with as many sets of UDP as there are; None while it cannot be had."""
        got = self._ask(["dns", *endpoint, sets])
        if len(got) < 2:
            return None
        udp, tcp, *more = got
        return DnsSockets([udp], [[each] for each in more], [tcp], [endpoint])

    def web(self, endpoint: Endpoint) -> socket.socket | None:
        """The listening socket; None while it cannot be had."""
        got = self._ask(["web", *endpoint, 1])
        return got[0] if got else None

    def encrypted(self, kind: str, endpoint: Endpoint) -> socket.socket | None:
        """The socket for DNS over TLS, HTTPS or QUIC; None while it cannot be had."""
        got = self._ask([kind, *endpoint, 1])
        return got[0] if got else None

    def _ask(self, words: list[str | int]) -> list[socket.socket]:
        self._number += 1
        wanted = str(self._number).encode()
        try:
            self._drop_late()
            self._sock.send(json.dumps([self._number, *words]).encode())
            while True:
                number, bound = self._receive()
                if number in (wanted, b""):  # b"": nobody is there any more
                    return bound
                _close(bound)
        except OSError:
            return []

    def _drop_late(self) -> None:
        """What was bound for a question that nobody waits for any more, and would keep its port busy."""
        patience = self._sock.gettimeout()
        self._sock.setblocking(False)
        try:
            while (late := self._receive())[0]:
                _close(late[1])
        except BlockingIOError:
            pass
        finally:
            self._sock.settimeout(patience)

    def _receive(self) -> tuple[bytes, list[socket.socket]]:
        number, fds, _, _ = socket.recv_fds(self._sock, _MAX_WORDS, MAX_SETS + 2)
        return number, [socket.socket(fileno=fd) for fd in fds]


def _close(bound: list[socket.socket]) -> None:
    for sock in bound:
        sock.close()


def main(words: Sequence[str]) -> None:
    """Bind what is asked for until the supervisor is gone."""
    with socket.socket(fileno=int(words[0])) as sock, suppress(ConnectionError):  # gone with answers unread
        while asked := sock.recv(_MAX_WORDS):
            number, *question = json.loads(asked)
            bound: list[socket.socket] = []
            with suppress(Complaint, OSError, ValueError):
                bound = answer(*question)
            socket.send_fds(sock, [str(number).encode()], [each.fileno() for each in bound])
            _close(bound)


def answer(kind: str, address: str, port: int, sets: int) -> list[socket.socket]:
    """The sockets, bound. Raises Complaint."""
    if kind == "web":
        return [sockets.bind_web((address, port))]
    if kind != "dns":
        return [sockets.bind_encrypted(kind, (address, port))]
    bound = DnsSockets()
    try:
        sockets.bind_one(bound, (address, port))
        bound.share_among(min(sets, MAX_SETS))
    except BaseException:
        bound.close()
        raise
    return [*bound.udp, *bound.tcp, *(each for more in bound.more_udp for each in more)]

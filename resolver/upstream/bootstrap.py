# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of upstreams that are known by their names: asked of plain servers, kept, and used on when those fail.

Whoever answers here can send a connection astray and no further: the certificate must bear the name of the SPEC.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, zip_longest

from resolver.upstream.exchange import Done
from resolver.upstream.question_key import QuestionKey, key_of
from resolver.upstream.route import Route, to_servers
from store.base.sentences import say
from wire import message, stub
from wire.message import Question, Response
from wire.types import AAAA, NXDOMAIN, A

SHORTEST, LONGEST = 60.0, 86_400.0  # seconds for which addresses are believed, whatever their TTL says
AGAIN_SECONDS = 30.0  # before those that are used on are asked for again
PATIENCE_SECONDS = 0.3  # for the other family, once one is there
MAX_NAMES = 200  # as many as there may be servers (forwarder.MAX_SERVERS)
MAX_ADDRESSES = 8  # of a family
Ask = Callable[[QuestionKey, Question, Done, Route], None]


@dataclass(slots=True)
class Known:
    """`until`: on the monotonic clock."""

    addresses: tuple[str, ...]
    until: float


class Bootstrap:
    """`ask` puts a question to the servers of a route, as `Forwarder.exchange` does; `specs`: of the plain servers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ask: Ask, specs: tuple[str, ...]) -> None:
        self.route = to_servers(specs)
        self._loop, self._ask, self._specs = loop, ask, specs
        self._known: dict[str, Known] = {}
        self._running: dict[str, asyncio.Task[tuple[str, ...]]] = {}

    async def find(self, host: str) -> tuple[str, ...]:
        """The addresses of `host`, those of before where they are too old and no newer ones come. Raises OSError."""
        known = self._known.get(host)
        if known is None:
            if not self._specs:
                raise OSError(say("Nobody may be asked for the address of {name}: upstream_bootstrap names no server.",
                                  name=host))  # fmt: skip
            return await asyncio.shield(self._look_up(host))
        if time.monotonic() >= known.until:
            known.until = time.monotonic() + AGAIN_SECONDS
            self._look_up(host)
        return known.addresses

    def close(self) -> None:
        """Ask no more."""
        for task in self._running.values():
            task.cancel()

    def _look_up(self, host: str) -> asyncio.Task[tuple[str, ...]]:
        """The look-up that runs, however many wait for it."""
        task = self._running.get(host)
        if task is None:
            task = self._running[host] = self._loop.create_task(self._asked(host))
            task.add_done_callback(lambda done: self._over(host, done))
        return task

    def _over(self, host: str, task: asyncio.Task[tuple[str, ...]]) -> None:
        self._running.pop(host, None)
        if not task.cancelled():
            task.exception()  # whoever waits has it; the addresses of before stay where nobody does

    async def _asked(self, host: str) -> tuple[str, ...]:
        families = [self._loop.create_task(self._of_family(host, qtype)) for qtype in (A, AAAA)]
        try:
            await asyncio.wait(families, return_when=asyncio.FIRST_COMPLETED)
            if any(task.done() and task.result() for task in families):
                await asyncio.wait(families, timeout=PATIENCE_SECONDS)
            else:
                await asyncio.wait(families)
        finally:
            for task in families:
                task.cancel()
        responses = [task.result() if task.done() and not task.cancelled() else None for task in families]
        return self._keep(host, responses)

    def _keep(self, host: str, responses: list[Response | None]) -> tuple[str, ...]:
        """Both families in turn, since one of them may lead nowhere."""
        families = [_addresses(response) for response in responses]
        addresses = tuple(filter(None, chain.from_iterable(zip_longest(*families))))
        if not addresses:
            if any(response is not None and response.rcode == NXDOMAIN for response in responses):
                raise OSError(say("There is no server named {name}.", name=host))
            raise OSError(say("Its address is not known: {servers} did not tell that of {name} (upstream_bootstrap).",
                              servers=", ".join(self._specs), name=host))  # fmt: skip
        if len(self._known) >= MAX_NAMES:
            self._known.clear()
        ttl = min(ttl for response in responses if response for _, ttl in response.ttls or [(0, 0)])
        self._known[host] = Known(addresses, time.monotonic() + min(max(ttl, SHORTEST), LONGEST))
        return addresses

    async def _of_family(self, host: str, qtype: int) -> Response | None:
        answered: asyncio.Future[Response | None] = self._loop.create_future()

        def done(response: Response | None, upstream: str) -> None:
            if not answered.done():
                answered.set_result(response)

        question = message.parse_question(stub.build(host, qtype, secrets.randbits(16)))
        self._ask(key_of(question, self.route.tag), question, done, self.route)
        return await answered


def _addresses(response: Response | None) -> list[str]:
    texts = [] if response is None or response.rcode else response.addresses[:MAX_ADDRESSES]
    return [socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed) for packed in texts]

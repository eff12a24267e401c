# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom one worker asks, as settings and our own resolver change: its forwarder is made anew, and the relay opened."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from resolver.answer.pipeline import Resolver
from resolver.answer.snapshot import Snapshot
from resolver.listen.relay import Relay
from resolver.recursor_watch import RecursorWatch
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.route import Route
from resolver.upstream.upstream_choice import choose
from resolver.upstream.upstream_policy import UpstreamPolicy
from store.config.settings import Settings

DRAIN_SECONDS = 5.0  # an exchange gives up before that

log = logging.getLogger(__name__)


class AskedUpstreams:
    """`relays`: whether this worker takes the questions of our own resolver; one that stands by does not."""

    def __init__(self, loop: asyncio.AbstractEventLoop, run: Path, first: Snapshot) -> None:
        self.relays = False
        self._loop, self._watch = loop, RecursorWatch(run)
        self._choice = choose(first.settings, self._watch.status)
        self._settings = upstream_settings(first.settings)
        self._relay: Relay | None = None
        self.first = self._forwarder(first)  # the worker's first

    def changed(self) -> bool:
        """Whether our own resolver came, went or moved since the last look."""
        return self._watch.changed()

    async def follow(self, resolver: Resolver) -> None:
        """Ask whom the settings of the resolver's snapshot, and our own resolver's keeper, name by now."""
        snapshot = resolver.snapshot
        before, settings = self._choice, upstream_settings(snapshot.settings)
        self._choice = choose(snapshot.settings, self._watch.status)
        if self._choice != before or settings != self._settings:
            self._settings = settings
            self._loop.call_later(DRAIN_SECONDS, resolver.forwarder.close)
            resolver.forwarder = self._forwarder(snapshot)
            if self._choice.belief != before.belief:
                resolver.cache.forget()
                snapshot.forget_memos()
        resolver.forwarder.keep(self._routes(snapshot))
        await self.open(resolver)

    async def open(self, resolver: Resolver) -> None:
        """Have our own resolver's questions come here, where it has any for us."""
        resolver.detour.lead(self._choice.fallback)
        port, route = self._choice.relay_port if self.relays else 0, self._choice.relay
        if self._relay is not None and (self._relay.port, self._relay.route) != (port, route):
            self._relay.close()
            self._relay = None
        if self._relay is None and port and route is not None:
            relay = Relay(resolver, port, route)
            try:
                await relay.listen()
            except OSError as error:
                log.error("our own resolver cannot ask us on port %d of loopback (%s)", port, error.strerror)
            else:
                self._relay = relay

    def close(self) -> None:
        """Take none of our own resolver's questions any more."""
        if self._relay is not None:
            self._relay.close()

    def _routes(self, snapshot: Snapshot) -> set[Route]:
        return snapshot.routes() | {route for route in (self._choice.relay, self._choice.fallback) if route}

    def _forwarder(self, snapshot: Snapshot) -> Forwarder:
        patience, policy = snapshot.settings.upstream_timeout_ms / 1000, UpstreamPolicy.of(snapshot.settings)
        made = Forwarder(self._loop, self._choice.endpoints, patience, policy, vouches=self._choice.vouches)
        made.keep(self._routes(snapshot))
        return made


def upstream_settings(settings: Settings) -> tuple[Any, ...]:
    """The settings that a forwarder is made of."""
    return settings.upstreams, settings.upstream_timeout_ms, UpstreamPolicy.of(settings)

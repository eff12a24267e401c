# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked in the house's name: the chosen upstreams, or our own resolver (unbound) in their place. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from resolver.transport.endpoint import Endpoint, usable
from resolver.upstream.route import Route, to_servers
from store.base.process_status import OWN_RESOLVER, RecursorState, RecursorStatus
from store.config.choices import Dnssec
from store.config.resolving_settings import asks_itself
from store.config.settings import Settings

OWN = OWN_RESOLVER
ENCRYPTED = frozenset({"tls", "https", "quic"})  # schemes over which nobody on the way can say AD


@dataclass(frozen=True, slots=True)
class UpstreamChoice:
    """`endpoints`: of the house, in the order of choice. `vouching`: schemes over which a server's AD is believed.

    `own`: our own resolver is asked. `relay_port`: where it has its own questions put to `relay`, 0: nowhere.
    `fallback`: who is asked where it does not help.
    """

    endpoints: tuple[Endpoint, ...]
    vouching: frozenset[str] = frozenset()
    own: bool = False
    validates: bool = False
    relay_port: int = 0
    relay: Route | None = None
    fallback: Route | None = None
    insecure: tuple[str, ...] = ()  # domains that our own resolver answers unchecked

    def vouches(self, endpoint: Endpoint) -> bool:
        """Whether the AD of its answers may be passed on."""
        return self.validates if endpoint.spec == OWN else endpoint.scheme in self.vouching

    @property
    def belief(self) -> tuple[object, ...]:
        """What is kept of answers goes when this changes: it was believed for another reason."""
        return self.own, self.validates, self.vouching, self.insecure


def choose(settings: Settings, recursor: RecursorStatus | None) -> UpstreamChoice:
    """`recursor`: the last word of our own resolver's keeper; None: there is none yet."""
    chosen = tuple(usable(settings.upstreams))
    if not asks_itself(settings):
        return UpstreamChoice(chosen, ENCRYPTED if settings.dnssec is Dnssec.TRUST else frozenset())
    stands = recursor or RecursorStatus(state=RecursorState.STARTING)
    if stands.state is RecursorState.MISSING:
        return UpstreamChoice(chosen)  # as if it had never been turned on, which the pages say
    relay = None if settings.recursive == "on" else to_servers(settings.upstreams)
    fallback = to_servers(settings.upstreams) if settings.recursive_fallback == "on" else None
    relay_port = stands.relay_port if relay is not None else 0
    if stands.state is RecursorState.SERVING:
        own = (Endpoint(OWN, "127.0.0.1", stands.port),)
        return UpstreamChoice(own, own=True, validates=stands.validates, relay_port=relay_port, relay=relay,
                              fallback=fallback, insecure=stands.insecure)  # fmt: skip
    return UpstreamChoice(
        chosen if fallback is not None else (), own=fallback is None, relay_port=relay_port, relay=relay
    )  # fmt: skip

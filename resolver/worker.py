# SPDX-License-Identifier: GPL-3.0-or-later
"""The resolver worker: `python -m resolver.worker --state DIR --run DIR --number N` and its sockets' descriptors.

The sockets are bound already: `--udp` of its own, over which the kernel spreads the clients; `--spare`, its siblings',
to look after when one of them is gone; `--tcp`, which all share; `--handed` and `--handed-spare`, over which queries of
encrypted connections come; `--records` to the recorder. It starts from the state
directory alone: the last index and the last policy, no network. SIGTERM lets queries in flight finish, then it ends.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from network.home_networks import home_networks
from resolver import kept_memos, left_lying
from resolver.after_storm import AfterStorm
from resolver.answer import snapshot as snapshots
from resolver.answer import stale_answers
from resolver.answer.answer_feed import AnswerFeed, wants_answers
from resolver.answer.nat64_prefixes import PrefixLookup
from resolver.answer.pipeline import Resolver
from resolver.asked_upstreams import DRAIN_SECONDS, AskedUpstreams
from resolver.beside_queries import beside, thread_or_none
from resolver.device_watch import DeviceWatch
from resolver.edge_clock import EdgeClock
from resolver.kept.cache import Cache
from resolver.kept.prefetch import Prefetch
from resolver.kept.stale import StaleTimer
from resolver.led_feed import LedFeed
from resolver.limited_notice import LimitedNotice
from resolver.listen.handed import HandedSocket
from resolver.listen.inherited import inherited, loop_factory
from resolver.listen.owner_wake import wake_alone
from resolver.listen.rate_limits import RateLimits
from resolver.listen.spare_watch import SpareWatch
from resolver.listen.tcp import TcpConnections
from resolver.listen.udp import UdpSocket
from resolver.neighbour_watch import NeighbourWatch
from resolver.recorder.buffer import RecordBuffer
from resolver.recorder.flush_clock import FlushClock
from resolver.worker_status import describe
from store.base import logs, status
from store.base.argv import argued
from store.base.process_status import WorkerStatus
from store.base.pulse import beat
from store.config.endpoints import encrypted_endpoints
from store.config.settings import Settings
from store.config.watch import Watcher
from store.events.config_events import BUSY_SECONDS, ConfigEvents

STATUS_SECONDS = 2.0  # each with a look at config.db, whatever the kernel tells
LATE_SECONDS = 2 * STATUS_SECONDS  # between two of those looks where the other has failed
NEEDED = ("state", "run", "number", "udp", "records")
OPTIONAL = ("spare", "tcp", "answers", "handed", "handed-spare")
# Queries make no cycles. A look at so many young objects takes 0.3 ms; at ten times as many 3, for which queries wait.
GC_THRESHOLD = (5_000, 200, 50)

log = logging.getLogger(__name__)


class Worker:
    """One process's resolver, its sockets, and the clockwork that keeps both up to date."""

    def __init__(
        self,
        state: Path,
        run: Path,
        number: int,
        environ: Mapping[str, str],
        records: socket.socket,
        answers: socket.socket | None = None,
    ) -> None:
        self.state, self.run, self.number, self.environ = state, run, number, environ
        self._loop = asyncio.get_running_loop()
        self._watcher = Watcher(state / "config.db")
        self._events = ConfigEvents(state, (run / "recursor.json",))
        self._seen = self._versions()  # before the build: an edit in between is then seen as one
        self._edges = EdgeClock()
        first = snapshots.build(state, environ)
        self._edges.built(first.policies.next_edge_s)
        settings = first.settings
        cache = Cache(settings.cache_max_entries, settings.cache_max_mb << 20)
        self._asked = AskedUpstreams(self._loop, run, first)
        records.setblocking(False)
        self.resolver = Resolver(first, cache, self._asked.first, RecordBuffer(number, records, run))
        self._flushes = FlushClock(
            self._loop, self.resolver.recorder, records, lambda: len(self.resolver.snapshot.by_client)
        )  # fmt: skip
        self._answer_feed = AnswerFeed(answers) if answers is not None else None
        self.resolver.stale_timer = StaleTimer(self._loop, partial(stale_answers.give, self.resolver))
        self.resolver.prefetch = Prefetch(self._loop, self.resolver)
        self._limits = RateLimits()
        self._take_over(settings)
        self.connections = TcpConnections(self.resolver, self._limits)
        self._udp: list[UdpSocket] = []
        self._handed: list[HandedSocket] = []
        self.spare: list[UdpSocket | HandedSocket] = []
        self._spare_watch = SpareWatch(self._loop, ())
        self._servers: list[asyncio.Server] = []
        self._started, self._teller = time.time(), status.Teller(run, f"worker-{number}")
        self._notice, self._after_storm = LimitedNotice(), AfterStorm(self.resolver)
        self._prefixes = PrefixLookup(self._loop, self._upstreams, lambda: self.resolver.snapshot.forget_memos())
        self._files: snapshots.Marks = ()
        self._device_watch = DeviceWatch(state, run)
        self._neighbours = NeighbourWatch(self._loop, self.resolver)
        self._led_feed = LedFeed(self._loop, run, number, first.led, lambda: self.resolver.snapshot.forget_memos())
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(
        self, udp: list[socket.socket], tcp: list[socket.socket], spare: list[socket.socket] | None = None
    ) -> None:
        """Begin to answer on the sockets; `spare` are the siblings', which are looked at now and then."""
        self.spare += [UdpSocket(sock, self.resolver, self._limits) for sock in spare or ()]
        for sock in udp:
            self._udp.append(opened := UdpSocket(sock, self.resolver, self._limits))
            self._loop.add_reader(sock.fileno(), opened.on_readable)
        for sock in tcp:
            sock.setblocking(False)
            self._servers.append(await self._loop.create_server(self.connections.accept, sock=sock))
        self._flushes.begin()
        self._tick_status()
        self._spare_watch = SpareWatch(self._loop, self.spare)
        self._spare_watch.begin()
        wake_alone(self._loop, [*(each.fileno() for each in self._udp), *(each.fileno() for each in self._handed)])
        self._prefixes.ask()
        self._asked.relays = bool(udp)
        await self._asked.open(self.resolver)
        self._tasks.add(self._loop.create_task(self._watch()))

    def take_handed(self, own: list[socket.socket], spare: list[socket.socket]) -> None:
        """Answer what comes over encrypted connections too; to be called before `listen`."""
        self._handed = [HandedSocket(sock, self.resolver, self._limits) for sock in own]
        self.spare += [HandedSocket(sock, self.resolver, self._limits) for sock in spare]
        for opened in self._handed:
            self._loop.add_reader(opened.sock.fileno(), opened.on_readable)

    async def drain(self) -> None:
        """Take no more queries, let those in flight finish, send the last records."""
        self._spare_watch.close()
        for sock in [*(opened.sock for opened in self._udp), *(opened.sock for opened in self._handed)]:
            self._loop.remove_reader(sock.fileno())
        for server in self._servers:
            server.close()
        end = self._loop.time() + DRAIN_SECONDS
        while not self._drained() and self._loop.time() < end:  # noqa: ASYNC110 - a process ends here, once
            await asyncio.sleep(0.02)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._events.close()
        self.connections.close()
        self._asked.close()
        self.resolver.forwarder.close()
        self._prefixes.close()
        self._neighbours.close()
        self._led_feed.close()
        self._flushes.close()
        self.resolver.recorder.close()
        self._publish()

    def _drained(self) -> bool:
        return not self.resolver.forwarder.in_flight and self.resolver.recorder.flush()

    async def _watch(self) -> None:
        """Notice edits of config.db, new indexes and edges of time; build in a thread, swap one reference."""
        while True:
            slow = BUSY_SECONDS if self.resolver.snapshot.fallbacks else LATE_SECONDS
            await self._events.next_look(min(slow, self._edges.wait(), self._device_watch.wait()))
            changed, cured, due = self._watcher.changed(), self._may_be_cured(), self._edges.due()
            try:
                versions = self._versions() if changed or cured or due else self._seen
                if versions != self._seen or cured or due:
                    self._seen = versions
                    await self._renew()
                elif self._asked.changed():
                    await self._asked.follow(self.resolver)
                else:
                    await self._device_watch.look(changed, self.resolver.snapshot)
            except Exception:
                log.exception("the new policy cannot be used; the old one stays")

    def _may_be_cured(self) -> bool:
        """While something else is used in the place of a file: whether any of them is another now."""
        if not self.resolver.snapshot.fallbacks:
            return False
        before, self._files = self._files, snapshots.marks(self.state)
        return bool(before) and before != self._files

    async def _renew(self) -> None:
        old = self.resolver.snapshot
        new = await beside(kept_memos.build_after, old, self.state, self.environ)
        self.resolver.snapshot = new
        await self._asked.follow(self.resolver)
        self._take_over(new.settings)
        self._edges.built(new.policies.next_edge_s)
        self._publish()

    def _take_over(self, settings: Settings) -> None:
        """Go by what the settings say now."""
        resolver, cache = self.resolver, self.resolver.cache
        cache.max_entries, cache.max_bytes = settings.cache_max_entries, settings.cache_max_mb << 20
        cache.stale_seconds = settings.stale_hours * 3600
        resolver.answer_feed = self._answer_feed if wants_answers(settings) else None
        self._limits.settle(settings)
        if resolver.prefetch is not None:
            resolver.prefetch.on = settings.prefetch == "on"

    def _versions(self) -> tuple[int, int]:
        return self._watcher.policy_version(), self._watcher.index_generation()

    # Each tick orders the next one first: an error in one must not be the end of all.

    def _follow_links(self) -> None:
        """Take over this machine's IPv6 prefixes when the provider has changed them; memos stay as they are."""
        snapshot = self.resolver.snapshot
        self.resolver.snapshot = snapshot.at(home_networks(snapshot.settings.allowed_networks))

    def _tick_status(self) -> None:
        self._loop.call_later(STATUS_SECONDS, self._tick_status)
        beat()
        for server in self.resolver.forwarder.every_server:
            server.check()
        self._follow_links()
        self._spare_watch.again()
        self._led_feed.look()
        self._notice.tell(self.resolver.counters["limited"], (*self._udp, *self.spare), self._loop.time())
        self._after_storm.look(self._loop.time())
        self._publish()
        self._events.look_now()

    def _publish(self) -> None:
        self._teller.tell(self._described(), self._loop.time())

    def _described(self) -> WorkerStatus:
        away = tuple(self._limits.turned_away())
        nat64 = tuple(map(str, self._prefixes.known))
        bound = [opened.sock.getsockname()[:2] for opened in self._udp]
        described = describe(self.resolver, self._seen, self._started, bound, self._served)
        return replace(described, nat64=nat64, turned_away=away)

    def _served(self, scheme: str) -> list[tuple[str, int]]:
        """Read only where an upstream over this scheme is an address of this machine."""
        return encrypted_endpoints(scheme, status.read_supervisor(self.run))

    def _upstreams(self) -> list[tuple[str, int]]:
        endpoints = [each.endpoint for each in self.resolver.forwarder.servers]
        return [(each.host, each.port) for each in endpoints if not each.encrypted]


async def serve(given: Mapping[str, str], calm_seconds: float | None = None) -> None:
    """Run until SIGTERM or SIGINT; with `calm_seconds` for what was left lying, until there was nothing for so long."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    records = socket.socket(fileno=int(given["records"]))
    answers = socket.socket(fileno=int(given["answers"])) if given["answers"] else None
    worker = Worker(Path(given["state"]), Path(given["run"]), int(given["number"]), os.environ, records, answers)
    worker.take_handed(*(inherited(given[name]) for name in ("handed", "handed-spare")))
    await worker.listen(*(inherited(given[name]) for name in ("udp", "tcp", "spare")))
    if calm_seconds is not None:
        left_lying.relieve(worker.spare)
        left_lying.when_calm(loop, lambda: worker.resolver.recorder.noted, calm_seconds, stop.set)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    log.info("answering with %d names in the index", len(worker.resolver.snapshot.index))
    await stop.wait()
    await worker.drain()


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the supervisor gives, and serve."""
    given = argued(words, NEEDED, OPTIONAL)
    logs.setup(f"worker-{given['number']}")
    run(given)


def run(given: Mapping[str, str], calm_seconds: float | None = None) -> None:
    """A worker's life, see `serve`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    with thread_or_none(), asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(given, calm_seconds))


if __name__ == "__main__":
    main()

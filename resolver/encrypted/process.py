# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted DNS for clients: `python -m resolver.encrypted.process --state DIR --run DIR`, and its sockets' numbers.

`--dot`, `--https` and `--doq` are bound, and listened on once there is a certificate; `--workers` lead to the workers,
`--pages` to the web UI. It alone holds the key, and TLS costs its processor time: what storms in here touches no plain
query. Names of devices and settings are config.db's, read again when that changes; so is the certificate when its files
do.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import os
import resource
import signal
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from network.home_networks import home_networks
from network.places import Placed, Places
from resolver.encrypted.admission import Admission
from resolver.encrypted.door import BOUNDS, Door
from resolver.encrypted.dot_session import DotSession
from resolver.encrypted.handshake_limits import HandshakeLimits
from resolver.encrypted.http1_session import Http1Session
from resolver.encrypted.http2_session import Http2Session
from resolver.encrypted.https_site import HttpsSite, led_to_https
from resolver.encrypted.listeners import Listeners, shown
from resolver.encrypted.tls_connection import Session, TlsConnection
from resolver.encrypted.worker_link import WorkerLink
from resolver.listen.inherited import inherited, loop_factory
from store.base import db, logs, status
from store.base.argv import argued
from store.base.helper_statuses import EncryptedStatus
from store.base.pulse import beat
from store.base.sentences import say, sentence_of
from store.certificates import certificate_files
from store.certificates.certificate_errors import CertificateError
from store.certificates.certificate_files import ServerFiles
from store.certificates.certificate_watch import CertificateWatch
from store.certificates.server_context import server_context
from store.config import usable_settings
from store.config.watch import Watcher
from store.events.config_events import ConfigEvents
from store.local import device_words
from store.local.device_words import DeviceWords
from store.log.records import Transport

if TYPE_CHECKING:
    from resolver.encrypted.doq_server import DoqServer

# Between two looks while the kernel tells nothing: edits and certificates of ours it does tell of, files that other
# programs keep it does not.
LOOK_SECONDS = 5.0
MAX_FILES = 4096
DRAIN_SECONDS = 3.0  # for answers in flight at the end
DOT, HTTPS, DOQ = "dot", "https", "doq"
CARRIED = (Transport.DOT, Transport.DOH, Transport.DOQ)
ALPN = {DOT: ("dot",), HTTPS: ("h2", "http/1.1")}

log = logging.getLogger(__name__)


class Encrypted:
    """The process's state: its doors, the way to the workers, and what config.db and the certificate say."""

    def __init__(
        self, state: Path, run: Path, environ: Mapping[str, str], workers: Sequence[socket.socket],
        pages: socket.socket | None = None,
    ) -> None:  # fmt: skip
        self.state, self.run, self.environ = state, run, environ
        self._loop = asyncio.get_running_loop()
        self._watcher = Watcher(state / "config.db")
        self._events = ConfigEvents(state, (), (certificate_files.folder(state),))
        self._teller, self._admit_at = status.Teller(run, "encrypted"), 0.0
        self._settings = usable_settings.load(state, environ)
        self._words = DeviceWords()
        self.admission = Admission()
        self.link = WorkerLink(self._loop, workers)
        places: Places[Placed] = Places(BOUNDS)
        limits = HandshakeLimits()
        self.doors = {kind: Door(self, places, limits) for kind in (DOT, HTTPS, DOQ)}
        self._quic: list[DoqServer] = []
        self.doors[HTTPS].plain_answer = led_to_https
        self._site = HttpsSite(self, pages)
        self._socks: dict[str, list[socket.socket]] = {}
        self._listeners = Listeners(self._loop)
        self._watch = CertificateWatch()
        self._error = ""
        self._serving = False
        self._started = time.time()
        self._read()

    async def listen(self, socks: Mapping[str, list[socket.socket]]) -> None:
        """Serve on bound sockets, by what they are for, from when there is a certificate."""
        self._socks = dict(socks)
        await self._use_certificate()
        beat()
        self._look()

    async def watch(self) -> None:
        """Follow config.db, the certificate and the network; what cannot be read stays as it was."""
        while True:
            await self._events.next_look(LOOK_SECONDS)
            beat()
            try:
                try:
                    await self._follow()
                finally:
                    self._look()
            except Exception:
                log.exception("what changed cannot be used; all stays as it was")

    async def _follow(self) -> None:
        if self._watcher.changed():
            self._read()
        await self._use_certificate()
        await self._listeners.again()

    async def drain(self) -> None:
        """Take no more connections, let answers in flight come, and end."""
        self._listeners.close()
        for quic in self._quic:
            quic.close()
        end = self._loop.time() + DRAIN_SECONDS
        while self.link.waiting and self._loop.time() < end:  # noqa: ASYNC110 - a process ends here, once
            await asyncio.sleep(0.02)
        for connection in list(self.doors[DOT].places.taken):
            connection.cut()
        self.link.close()
        self._events.close()
        self._watcher.close()

    def _read(self) -> None:
        """Settings, and words of devices, as config.db has them now."""
        self._settings = usable_settings.load(self.state, self.environ)
        try:
            with closing(db.connect(self.state / "config.db", read_only=True)) as con:
                self._words = device_words.load(con)
        except (OSError, sqlite3.Error) as error:
            log.warning("config.db cannot be read (%s); devices go on by the words that they had", error)
        self._admit()

    def _admit(self) -> None:
        self._admit_at = self._loop.time() + LOOK_SECONDS / 2
        settings = self._settings
        networks = home_networks(settings.allowed_networks)
        proxies = tuple(ip_network(text, strict=False) for text in settings.trusted_proxies)
        admission = Admission(networks, settings.outside == "on", self._words, proxies)
        if admission != self.admission:
            self.admission = admission

    async def _use_certificate(self) -> None:
        """Take the certificate in force where it is another one; a bad one leaves the one before in use."""
        files = certificate_files.in_force(self.state, self._settings)
        if not self._watch.changed(files) and (files is not None or self._error):
            return
        if files is None:
            self._error = say("There is no certificate yet; make one with `telltale certificate make`.")
            self._publish()
            log.warning("there is no certificate yet, so no encrypted query is answered")
            return
        try:
            contexts = {kind: server_context(files, alpn) for kind, alpn in ALPN.items()}
        except CertificateError as error:
            self._error = sentence_of(error)
            log.error("%s", error)
            self._publish()
            return
        self._error = ""
        for kind, context in contexts.items():
            self.doors[kind].use(context)
        if not self._serving:
            await self._serve()
        if self._socks.get(DOQ):
            await self._serve_quic(files)

    async def _serve(self) -> None:
        self._serving = True
        await self._listeners.begin(self._socks, {kind: self._factory(kind, self.doors[kind]) for kind in ALPN})
        if self._listeners.error:
            log.error("%s", self._listeners.error)
        log.info("answering encrypted queries")

    async def _serve_quic(self, files: ServerFiles) -> None:
        """DNS over QUIC with this certificate, where its library is there."""
        try:
            doq_server = importlib.import_module("resolver.encrypted.doq_server")
        except ImportError:
            self._error = say("DNS over QUIC needs the library aioquic; install Telltale with [doq], or name no port.")
            log.error("%s", self._error)
            return
        try:
            configuration = doq_server.configured(files.certificate, files.key)
        except CertificateError as error:  # TLS could: it changed in between, or QUIC does not know its kind
            self._error = sentence_of(error)
            log.error("%s", self._error)
            return
        for server in self._quic:
            server.use(configuration)
        for sock in self._socks[DOQ] if not self._quic else ():
            sock.setblocking(False)
            server = doq_server.DoqServer(self.doors[DOQ], self.link, configuration)
            await self._loop.create_datagram_endpoint(partial(_itself, server), sock=sock)
            self._quic.append(server)

    def _factory(self, kind: str, door: Door) -> Callable[[], TlsConnection]:
        begin = {DOT: self._begin_dot, HTTPS: self._begin_https}[kind]
        return lambda: TlsConnection(door, begin)

    def _begin_dot(self, connection: TlsConnection) -> Session | None:
        client = self.admission.client(connection.address, connection.word)
        return None if client is None else DotSession(connection, self.link, client)

    def _begin_https(self, connection: TlsConnection) -> Session:
        if connection.protocol == "h2":
            return Http2Session(connection, self._site)
        return Http1Session(connection, self._site)

    def count(self, why: str) -> None:
        """A request over HTTPS that was refused."""
        self.doors[HTTPS].count(why)

    def _look(self) -> None:
        """Go by the networks of now, which are the provider's to change, and say how things are."""
        if self._loop.time() >= self._admit_at:
            self._admit()
        self._publish()

    def _bound(self) -> dict[str, tuple[str, ...]]:
        """Where who asks is served, by kind, or will be with a certificate."""
        waits = self._listeners.waits
        here = {kind: tuple(shown(sock) for sock in socks if not waits(sock)) for kind, socks in self._socks.items()}
        return {kind: endpoints for kind, endpoints in here.items() if endpoints}

    def _publish(self) -> None:
        self._teller.tell(self._described(), self._loop.time())

    def _described(self) -> EncryptedStatus:
        doors = self.doors
        refused = sum((door.counters for door in doors.values()), Counter[str]())
        connections = {kind: door.counters["connections"] for kind, door in doors.items()}
        return EncryptedStatus(
            started=self._started, error=self._error or self._listeners.error, serving=self._serving,
            bound=self._bound(),
            open=len(doors[DOT].places.taken), connections=connections,
            queries={each.name.lower(): self.link.asked[each] for each in CARRIED},
            refused={why: count for why, count in refused.items() if why != "connections"},
            waiting=self.link.waiting, lost=self.link.lost,
        )  # fmt: skip


def _itself(server: DoqServer) -> DoqServer:
    return server


async def serve(given: Mapping[str, str]) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    state, run = Path(given["state"]), Path(given["run"])
    encrypted = Encrypted(state, run, os.environ, inherited(given["workers"]), *inherited(given["pages"]))
    await encrypted.listen({kind: inherited(given[kind]) for kind in (DOT, HTTPS, DOQ)})
    watching = loop.create_task(encrypted.watch())
    gc.collect()
    gc.freeze()
    await stop.wait()
    watching.cancel()
    with suppress(asyncio.CancelledError):  # it leaves what tells of edits before that is closed
        await watching
    await encrypted.drain()


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the supervisor gives, and serve."""
    given = argued(words, ("state", "run", "workers"), (DOT, HTTPS, DOQ, "pages"))
    logs.setup("encrypted")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, MAX_FILES)), hard))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(given))


if __name__ == "__main__":
    main()

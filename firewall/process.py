# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall process: `python -m firewall.process --state DIR --run DIR [--answers FD,…]`.

Of all processes it alone keeps a power, CAP_NET_ADMIN, and it listens on nothing: it reads config.db, the kernel's
sets, and small messages of fixed form from the workers. A table stays when this process dies, and is taken over by the
next one; at SIGTERM it stays too, so that a restart opens no hole.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from firewall import doh_addresses, gateway, netlink, targets, wall
from firewall.answer_listener import AnswerListener
from firewall.answered_addresses import Answers
from firewall.doh_addresses import AddressPoller
from firewall.hits import HitCounter
from firewall.kernel import WallError, read_set
from firewall.reconcile import Reconciler
from network import local_network
from network.address_sets import BadElement, address
from network.link_events import LinkEvents
from network.neighbours import Neighbours
from store.base import db, logs, status, store_errors
from store.base.argv import argued
from store.base.pulse import beat, sleep
from store.base.signal_wake import SignalWake
from store.config import devices
from store.config.watch import EditWatcher
from store.events.config_events import ConfigEvents
from store.log.log_clock import LogClock
from store.wall import bypass
from store.wall.bypass import Caught
from wire.addresses import Address

# Between two looks at this machine's addresses and networks, which routers change: the kernel tells of that …
LOOK_SECONDS = 300.0
BLIND_SECONDS = 15.0  # … where it does not, or where something is wrong; and at what this machine itself serves
SETTLE_SECONDS, AGAIN_SECONDS = 1.0, 5.0  # from a change to a look: seldom is it one alone; between two such looks
READ_SECONDS = 2.0  # between two readings of what was caught; an edit wakes this process between them
FOLLOW_SECONDS = 0.5  # between two edits that are followed, while there is one after the other
RETAIN_SECONDS = 3600.0
MAX_UNWRITTEN = 5000  # rows that wait for a disk that is full; then the newest are dropped and counted

log = logging.getLogger(__name__)


class Firewall:
    """The process's state and its clockwork."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str], sockets: list[socket.socket]) -> None:
        self.stopping = False
        self._state, self._run = state, run
        self._watcher = EditWatcher(state)
        self._answers, self._neighbours, self._hits = Answers(), Neighbours(), HitCounter()
        self._reconciler = Reconciler(state, run, environ, self._answers)
        self._doh_poller = AddressPoller(state)
        self._listener = AnswerListener(sockets, self._answers, self._neighbours, self._reconciler.holds_raw)
        self._kernel: netlink.Kernel | None = None
        self._devices: dict[str, int] = {}
        self._counters: dict[str, int] = {}
        self._unwritten: list[Caught] = []
        self._con: sqlite3.Connection | None = None
        self._clock: LogClock | None = None  # by which rows are old
        self._looked_us = 0
        self._caught = self._dropped = 0
        self._due = dict.fromkeys(("look", "follow", "read", "served", "retain"), 0.0)
        self._links, self._looked = LinkEvents(), float("-inf")
        self._served: object = None
        self._moved = False  # whether addresses, links or routes have changed since the last look
        self._changed = False
        self._events, self._teller = ConfigEvents(state), status.Teller(run, "firewall")

    def main(self) -> None:
        """Run until told to stop."""
        self._reconciler.take_over(time.monotonic())
        with contextlib.suppress(WallError):
            gateway.restore(self._state)
        self._learn_devices()
        self._do_what_is_due()
        self._listener.start()
        with contextlib.closing(SignalWake()) as signals:
            while not self.stopping:
                self._do_what_is_due()
                wait = FOLLOW_SECONDS if self._changed else READ_SECONDS
                due = min(self._due["read"], self._due["look"]) - time.monotonic()
                # Once something changed there is a look soon, whatever else does: a storm of changes wakes nobody.
                links = [self._links] if self._links.tells and not self._moved else []
                sleep(signals, self._events, max(0.0, min(due, wait)), [*links, *self._doh_poller.sources()])
        self._listener.stop()
        self._read()
        self._publish()
        self._doh_poller.close()
        self._events.close()
        self._links.close()
        for con in (self._con, self._kernel):
            if con is not None:
                con.close()

    def _do_what_is_due(self) -> None:
        self._changed |= self._watcher.changed()
        changed = self._changed and self._is_due("follow", FOLLOW_SECONDS)
        if changed:
            self._changed = False
            self._learn_devices()
        if self._links.heard():
            self._moved = True
            self._look_within(SETTLE_SECONDS)
        if self._is_due("served", BLIND_SECONDS) and self._served != self._serving():
            self._look_within(0.0)
        if self._is_due("look", LOOK_SECONDS) or changed:
            self._reconcile()
        self._look_up()
        if self._is_due("read", READ_SECONDS):
            self._read()
            beat()
            self._publish()
        if self._is_due("retain", RETAIN_SECONDS):
            self._retain()

    def _is_due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True

    def _look_within(self, seconds: float) -> None:
        """Look at this machine soon, but not again and again."""
        at = max(time.monotonic() + seconds, self._looked + AGAIN_SECONDS)
        self._due["look"] = min(self._due["look"], at)

    def _serving(self) -> object:
        """What of this machine's own doing the wall leads to, of which nobody tells; cheap to find out."""
        endpoints = wall.endpoints(self._reconciler.settings, self._run)
        return endpoints, local_network.serves_time(), local_network.forwards()

    def _reconcile(self) -> None:
        self._looked, self._moved = time.monotonic(), False
        if self._reconciler.reconcile(time.monotonic(), self._read):
            self._hits.forget()
            self._counters = {}
        self._listener.extra = self._reconciler.settings.wall_answer_seconds
        self._served = self._serving()
        if self._reconciler.error or not self._links.tells:
            self._due["look"] = self._looked + BLIND_SECONDS

    def _look_up(self) -> None:
        """Follow addresses that move, while the wall looks at DNS over HTTPS."""
        plan, settings = self._reconciler.plan, self._reconciler.settings
        if plan is not None and plan.looks_at("doh"):
            with contextlib.suppress(WallError):  # config.db does not read: `_reconcile` tells
                if self._doh_poller.turn(
                    time.monotonic(), lambda: doh_addresses.servers(settings, self._run),
                    lambda: doh_addresses.wanted(self._state, settings),
                ):  # fmt: skip
                    self._look_within(0.0)

    # --- what was caught ---

    def _read(self) -> None:
        """Read the sets whose counters moved, and write down what they caught."""
        hits: list[Caught] = []
        now, seconds = time.monotonic(), int(time.time())
        try:
            if self._reconciler.plan is not None:
                self._kernel = self._kernel or netlink.Kernel()
                counted = self._kernel.counters()
                moved = {kind for kind, count in counted.items() if count != self._counters.get(kind, 0)}
                self._counters = counted
                if not counted and self._reconciler.sets():  # taken down by hand: put it up
                    self._look_within(0.0)
                for which in self._reconciler.sets():
                    if which.kind in moved:
                        hits += self._hits.take(which, read_set(which.name), now, seconds)
        except (WallError, OSError) as error:
            log.debug("%s", error)
            self._due["look"] = min(self._due["look"], self._looked + BLIND_SECONDS)
        hits += self._hits.judge(self._named, now, seconds)
        self._note(hits)

    def _named(self, client: Address, where: Address) -> bool:
        now = time.monotonic()
        mac = self._neighbours.mac_of(client, now)
        with self._answers.lock:
            return self._answers.known(client, mac, where, now)

    def _note(self, hits: list[Caught]) -> None:
        self._caught += sum(hit.count for hit in hits)
        room = MAX_UNWRITTEN - len(self._unwritten)
        self._dropped += len(hits[room:])
        self._unwritten += [self._known(hit) for hit in hits[:room]]
        if not self._unwritten:
            return
        try:
            self._con = self._con or bypass.open_bypass(self._state / bypass.FILE_NAME)
            bypass.note(self._con, self._unwritten)
            self._unwritten.clear()
        except (sqlite3.Error, store_errors.StoreError, OSError) as error:
            log.error("what the wall caught cannot be written; it waits in memory: %s", error)

    def _known(self, hit: Caught) -> Caught:
        """With the device and the company, as far as they are known."""
        with contextlib.suppress(BadElement):
            where = address(hit.address)
            company = targets.load().company_of(where) or self._doh_poller.company_of(where)
            return Caught(
                hit.time, hit.client, hit.kind, hit.address, hit.port, hit.protocol, hit.refused, hit.count,
                self._device_of(address(hit.client)), company,
            )  # fmt: skip
        return hit

    def _device_of(self, client: Address) -> int | None:
        """The device of the address, or of another address with the same MAC."""
        known = self._devices.get(str(client))
        if known is None and (mac := self._neighbours.mac_of(client, time.monotonic())):
            known = self._devices.get(mac)
        return known

    def _learn_devices(self) -> None:
        try:
            with contextlib.closing(db.connect(self._state / "config.db", read_only=True)) as con:
                self._devices = {**devices.clients(con), **devices.by_mac(con)}
        except sqlite3.Error as error:
            log.debug("devices cannot be read now: %s", error)

    def _retain(self) -> None:
        if self._con is not None:
            try:
                now_us, steady_us = time.time_ns() // 1000, time.monotonic_ns() // 1000
                if self._clock is None:
                    self._clock = LogClock((bypass.newest(self._con) or int(time.time())) * 1_000_000, now_us)
                    self._looked_us = steady_us
                self._clock = self._clock.after(now_us, steady_us - self._looked_us)
                self._looked_us = steady_us
                now = self._clock.oldest_now_us // 1_000_000
                bypass.retain(self._con, self._reconciler.settings.log_keep_days, now)
            except sqlite3.Error as error:
                log.error("old rows of the wall cannot be deleted: %s", error)

    def _publish(self) -> None:
        current = dataclasses.replace(
            self._reconciler.described(),
            counters=self._counters,
            caught=self._caught,
            answers=len(self._answers),
            lost_answers=self._listener.lost,
            waiting=self._hits.waiting,
            unwritten=len(self._unwritten),
            dropped=self._dropped,
        )
        self._teller.tell(current, time.monotonic())


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the keepalive gives, and run."""
    given = argued(words, ("state", "run"), ("answers",))
    logs.setup("firewall")
    sockets = [socket.socket(fileno=number) for number in descriptors(given["answers"])]
    firewall = Firewall(Path(given["state"]), Path(given["run"]), os.environ, sockets)

    def stop(*_: object) -> None:
        firewall.stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    firewall.main()


def descriptors(text: str) -> list[int]:
    """`3,4,5` as numbers."""
    return [int(part) for part in text.split(",") if part]


if __name__ == "__main__":
    main()

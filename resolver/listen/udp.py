# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast path: a query that was answered before under the same policy is one dict hit on its bytes.

The key is the packet less its id, so flags, letters' case, EDNS and all must be equal. Nothing here opens a file, waits
or logs; what the memo does not hold passes through, or goes to the pipeline. Queries are read and answers sent by the
batch.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from time import monotonic_ns, sleep
from typing import Any

from resolver.answer.pipeline import Resolver
from resolver.answer.query import ReplyTo
from resolver.answer.seat import Seat
from resolver.listen.mmsg import MAX_RESPONSE, SLOTS, Inbox, Outbox, name_of
from resolver.listen.rate_limits import Fate, RateLimits
from resolver.listen.shares import Shares
from store.log.records import RowKey, Transport
from wire import message
from wire.message import HEADER
from wire.response import turned_away

CLOSE_NS = 500_000  # looks that find something and lie closer together than this come from a stream of queries
LITTLE_NS = 100_000  # of work at one look; who has more to do looks again at once
REST_SECONDS = 0.0003  # then the next ones are let gather: a wake-up costs more than the queries that it is for
STAY_NS = 3_000_000  # for which a stream keeps the loop from its timers and its other sockets
HEAD_BYTES = 512  # of a query, enough to know it again
RELIEF_BATCHES = 16  # answered at one look for an owner that does not
RELIEF_LOOKS = 20  # for which it is taken to be silent, while there is something at each


class UdpSocket:
    """A bound DNS socket that all workers read from; itself a `ReplyTo` for the pipeline.

    On one that is bound to 0.0.0.0 or [::] a response must leave from the address that was asked: `wildcard`.
    """

    limit = message.UDP_SIZE
    stream = False
    private = False
    transport = int(Transport.UDP)
    memo = b""

    def __init__(self, sock: socket.socket, resolver: Resolver, limits: RateLimits | None = None) -> None:
        sock.setblocking(False)
        self._limits = limits or RateLimits()
        self.sock, self.resolver = sock, resolver
        self.wildcard = sock.getsockname()[0] in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
        self._descriptor = sock.fileno()
        self._inbox = Inbox(sock.family, wildcard=self.wildcard)
        self._outbox = Outbox(self._inbox)
        self.shares = Shares(sock)
        self._in_batch = False
        self._looked_ns = 0
        self.lets_gather = False  # whether most of the last batch were no memo's to answer
        self._strange = False  # the same, or from clients that had to be met
        self.rest: Callable[[float], object] = sleep
        self._head: object = None  # what waited first at the last look as a sibling
        self._relieving = 0  # looks for which the owner is still taken to be silent

    def on_readable(self) -> None:
        """Answer what has arrived. In a stream of thousands a second that upstreams are asked for, let some gather and
        look again.

        That costs a query a third of a millisecond at most, of the many that its upstream takes, and saves a fifth of
        the work of each. What memos answer waits for nobody: in time that would cost ten times what it saves. At home's
        few a second nothing gathers; nor where there is so much to do that the core would lie idle for nothing.
        """
        before_ns, now_ns = self._looked_ns, monotonic_ns()
        until_ns = now_ns + STAY_NS
        while self._answer_batch() and self.lets_gather and now_ns - before_ns < CLOSE_NS and now_ns < until_ns:
            if monotonic_ns() - now_ns > LITTLE_NS:
                break
            self.rest(REST_SECONDS)
            before_ns, now_ns = now_ns, monotonic_ns()
            self.resolver.forwarder.poll()
        self._looked_ns = now_ns

    def relieve(self) -> bool:
        """As a sibling: answer what waits here, when its owner left the same query lying since the last look. Returns
        whether any did.

        A worker that lives leaves none lying so long, however much it has to do; then its queries stay where its memo
        and its cache are. Of one that died, a query waits two looks at most.
        """
        try:
            head = self.sock.recvfrom(HEAD_BYTES, socket.MSG_PEEK)
        except OSError:
            self._head, self._relieving = None, 0
            return False
        if head == self._head:
            self._relieving = RELIEF_LOOKS
        self._head = head
        if self._relieving:
            self._relieving -= 1
            for _ in range(RELIEF_BATCHES):
                if self._answer_batch() < SLOTS:
                    break
        return True

    def fileno(self) -> int:
        return self._descriptor

    def send(self, response: bytes, address: Any) -> None:
        """Send to the address that asked: with the rest of the batch, or when the loop comes round."""
        outbox = self._outbox
        if len(response) > MAX_RESPONSE:
            self.resolver.counters["unsent"] += 1
            return
        if outbox.waiting == SLOTS:
            self._flush()
        outbox.send(response, address)
        if outbox.waiting == 1 and not self._in_batch:
            asyncio.get_running_loop().call_soon(self._flush)

    def drop(self) -> None:
        """Nothing is waited for: a datagram is forgotten once it is read."""

    def _answer_batch(self) -> int:
        """Read a batch, answer what can be answered at once, and return how many queries there were."""
        if self._outbox.waiting:
            self._flush()
        count = self._inbox.receive(self._descriptor)
        if count:
            start_ns = monotonic_ns()
            self._in_batch = True
            try:
                slots: Sequence[int] = range(count)
                if count == SLOTS and self.shares.crowded():
                    slots = self._admitted(count, start_ns)
                if self._limits.on:
                    slots = self._within_limits(slots, start_ns)
                clients, keys = self._answer(slots, start_ns)
                self.lets_gather = 2 * len(keys) < count
            finally:
                self._in_batch = False
                self._flush()
                self.resolver.passthrough.depart()
            if keys:
                self.resolver.recorder.note_all(start_ns // 1000, clients, keys, (monotonic_ns() - start_ns) // 1000)
        return count

    def _admitted(self, count: int, now_ns: int) -> list[int]:
        """The slots of those who do not fill the queue alone; the others' queries are counted and forgotten."""
        slots = self.shares.admitted(self._inbox, count, len(self.resolver.snapshot.by_address), now_ns)
        self.resolver.counters["limited"] += count - len(slots)
        return slots

    def _within_limits(self, slots: Sequence[int], now_ns: int) -> list[int]:
        """Those of them whose clients may ask as much; the others are turned away."""
        inbox, judge, within = self._inbox, self._limits.judge, list[int]()
        for slot in slots:
            fate = judge(inbox.client(slot), now_ns)
            if fate is Fate.ANSWER:
                within.append(slot)
                continue
            self.resolver.counters["limited"] += 1
            if fate is Fate.TURN_AWAY and (response := turned_away(inbox.packet(slot), stream=False)):
                self._outbox.answer(slot, response)
        return within

    def _answer(self, slots: Sequence[int], start_ns: int) -> tuple[list[str], list[RowKey]]:
        """Answer these of the batch; returns clients and keys of what memos answered, for the record."""
        inbox, resolver = self._inbox, self.resolver
        seats, answer = resolver.snapshot.by_address, self._outbox.answer
        ask = resolver.passthrough.ask
        clients, keys, met, count = list[str](), list[RowKey](), 0, len(slots)
        if not self._strange:  # else one look at each is enough
            slots = self._outbox.answer_known(slots, seats, start_ns, clients, keys)
        for slot in slots:
            packet = inbox.packet(slot)
            seated = seats.get(inbox.client(slot))
            if seated is None:
                met += 1
                if (seated := self._meet(slot, packet, start_ns)) is None:
                    continue
            client, seat = seated
            entry = seat.memo.get(packet[2:])
            if entry is not None and entry[1] < start_ns:
                entry = seat.renew(packet[2:], entry, start_ns)
            if entry is not None:
                answer(slot, packet[:2] + entry[0])
                clients.append(client)
                keys.append(entry[2])
                continue
            sender = inbox.sender(slot)
            if not ask(packet, client, seat, start_ns // 1000, self, sender):
                resolver.resolve(packet, client, start_ns // 1000, self, sender)
        self._strange = 2 * (len(keys) - met) < count
        return clients, keys

    def _meet(self, slot: int, packet: bytes, start_ns: int) -> tuple[str, Seat] | None:
        """Seat a client that this snapshot has not met; None where what it sent is no query, or went to the pipeline,
        which knows what to do about a fault."""
        address, resolver = self._inbox.client(slot), self.resolver
        client = name_of(address)
        if len(packet) >= HEADER.size and not packet[2] & 0x80:
            try:
                return resolver.snapshot.meet(address, client)
            except Exception:
                resolver.fault("a new client")
        resolver.resolve(packet, client, start_ns // 1000, self, self._inbox.sender(slot))
        return None

    def _flush(self) -> None:
        if lost := self._outbox.flush(self._descriptor):
            self.resolver.counters["unsent"] += lost


def _is_reply_to(udp: UdpSocket) -> ReplyTo:
    return udp  # held by the type checker: a socket is what the pipeline answers to

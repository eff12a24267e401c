# SPDX-License-Identifier: GPL-3.0-or-later
"""One side of a question, today's policy or the changed one: who is seated where at a moment, and what is decided.

What decides is `resolver.answer.decide`, as in a worker. Schedules are in force as they would have been at that moment.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import NamedTuple

from blocklists.index.index import Index
from network.address_sets import is_mac
from resolver.answer import snapshot
from resolver.answer.decide import View, decide, depends_on_answer, shown
from resolver.answer.judge import Judgement
from resolver.answer.snapshot import Snapshot
from store.config import custom_responses
from store.household import policy, schedule_times
from store.household.policy import Policy
from store.local import forwards, local_records
from store.log.records import Verdict
from wire.message import Question, Response
from wire.types import IN, RD

LOOPBACK = "127.0.0.1"
MAX_SNAPSHOTS = 8  # sets of schedules in force that are kept; a home has a few, which come again each day


class Client(NamedTuple):
    """Who asked, as the log has it: the address (or MAC address), and the device's id, 0 where none was known."""

    address: str
    device: int


NOBODY = Client("", 0)


class Led(NamedTuple):
    """What the log knows of an answer: where it led, and whether rebinding protection blocked it."""

    response: Response | None = None
    rebound: Judgement | None = None


NOWHERE = Led()


class PolicySide:
    """A config.db by which is judged; `base` tells what no change of ours touches: settings, networks, local names."""

    def __init__(self, con: sqlite3.Connection, base: Snapshot, index: Index, devices: frozenset[int]) -> None:
        """`devices`: ids of all that the log knows."""
        self._con, self._base, self._index = con, base, index
        self._macs = {str(device): device for device in devices if device}
        self._made: dict[frozenset[int], Snapshot] = {}

    def at(self, now_s: int) -> Snapshot:
        """What would have held at a moment of the past, Unix seconds."""
        in_force = schedule_times.holding(self._con, now_s).value
        if in_force not in self._made:
            if len(self._made) >= MAX_SNAPSHOTS:
                self._made.clear()
            self._made[in_force] = self._snapshot(now_s)
        return self._made[in_force]

    def next_edge(self, now_s: int) -> int | None:
        """When a schedule begins or ends next, Unix seconds; None: never."""
        return schedule_times.holding(self._con, now_s).next_edge_s

    def _snapshot(self, now_s: int) -> Snapshot:
        policies = policy.load(self._con, self._base.settings, now_s)
        if self._con.execute("SELECT 1 FROM blocklist LIMIT 1").fetchone() is None:
            policies = snapshot.with_packs(policies, self._index)
        # A device is found by its id in the log, in place of a MAC address, wherever its addresses are by now.
        policies = replace(
            policies, macs=self._macs, records=local_records.load(self._con), forwards=forwards.load(self._con)
        )
        answers = {blocklist: custom_responses.parse(text) for blocklist, text in policies.answers.items()}
        base = self._base
        return Snapshot(
            policies, self._index, base.settings, base.sinkhole, base.networks, base.home, answers=answers,
            titles=base.titles,
        )  # fmt: skip


def view_of(now: Snapshot, client: Client) -> View:
    """The seat of a client of the log."""
    noted = f"{client.address} {client.device}"
    seat = now.by_client.get(noted) or now.admit_behind(noted, _address(client), str(client.device))
    return View(seat, _address(client))


def policy_of(now: Snapshot, client: Client) -> Policy:
    """The policy of that seat."""
    return now.policies.of(_address(client), str(client.device))


def _address(client: Client) -> str:
    """As a seat is asked for; who is not known at all has what holds for the house."""
    if is_mac(client.address):
        return ""
    return client.address.partition("%")[0] or ("" if client.device else LOOPBACK)


def judged(view: View, name: str, qtype: int, led: Led = NOWHERE) -> Judgement:
    """What becomes of a question, whose answer leads where the log says; nothing more is known of answers.

    What decides looks at its name and type alone; what its packet looked like does not matter.
    """
    decision = decide(Question(0, RD, name, b"", qtype, IN, b""), view)
    if not depends_on_answer(decision):
        return decision.judgement
    if led.response is not None:
        judgement = shown(led.response, view, qtype)
        if judgement is not None:
            return judgement
    return led.rebound or decision.judgement


def blocks(judgement: Judgement) -> bool:
    """Whether a judgement counts as blocked, as in the log."""
    return judgement.verdict is Verdict.BLOCK


def led_to(chain: tuple[str, ...] = (), targets: tuple[str, ...] = (), addresses: tuple[bytes, ...] = ()) -> Response:
    """An answer of which only that is known where it leads."""
    return Response(0, b"", (0, 0, 0), chain=list(chain), targets=list(targets), addresses=list(addresses))


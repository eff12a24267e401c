# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers by somebody who knows the port, the server and the name of each question, and guesses the rest: none counts.

FORGERIES says how many are forged in each test; a million by hand, with figures at the end (`pytest -s`):
docs/upstreams.md has them.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import dns.message
import pytest
from clock import Clock
from forger import BATCH, EVIL, TRUE, ForgedHouse, address

from resolver.transport import udp
from resolver.upstream import server
from wire import names

pytestmark = [pytest.mark.process, pytest.mark.database, pytest.mark.slow]
FORGERIES = int(os.environ.get("FORGERIES", "20000"))
VICTIM = "www.bank.example"
OPT = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"


@pytest.fixture(params=["cookies", "none"])
def house(
    request: pytest.FixtureRequest, state: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ForgedHouse]:
    Clock(monkeypatch, "resolver.answer.passthrough", "resolver.upstream.pending")  # no answer is late
    made = ForgedHouse(state, cookies=request.param == "cookies")
    yield made
    print(
        f"\n{request.node.name}: {made.forged} forged, {made.looked_at} looked at, {made.guessed_ids} under the right "
        f"id, {made.forwarder.counters['guessed']} ports given up"
    )
    made.close()


def forged(ident: bytes, section: bytes) -> bytes:
    return ident + b"\x81\x80\0\1\0\1\0\0\0\1" + section + address(EVIL) + OPT


def poisonous(ident: bytes, section: bytes) -> bytes:
    """As Kaminsky's: the zone's name server is another, whose address stands beside; and the victim's, too."""
    zone, server = names.to_wire("bank.example"), names.to_wire("ns.evil.example")
    delegation = zone + struct.pack("!HHIH", 2, 1, 86_400, len(server)) + server
    glue = address(EVIL, 86_400, server) + address(EVIL, 86_400, names.to_wire(VICTIM))
    head = ident + b"\x85\x80\0\1\0\2\0\1\0\3"
    return head + section + address(EVIL) + address(EVIL, 86_400, names.to_wire(VICTIM)) + delegation + glue + OPT


def addresses(response: dns.message.Message) -> set[bytes]:
    return {bytes(map(int, each.to_text().split("."))) for rrset in response.answer for each in rrset}


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next question goes over a datagram all the same, so that there is something to forge."""
    monkeypatch.setattr(server, "STREAM_SECONDS", 0.0)


@pytest.mark.usefixtures("trusting")
def test_none_of_them_is_accepted_and_the_port_is_given_up(house: ForgedHouse) -> None:
    each = 6 * BATCH
    for number in range(0, FORGERIES, each):
        assert addresses(house.ask(f"n{number}.{VICTIM}", each, forged)) == {TRUE}
    assert house.forged >= FORGERIES and house.forwarder.counters["guessed"] >= FORGERIES // each


def test_none_is_accepted_by_a_resolver_that_keeps_its_ports(
    house: ForgedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What letters and cookies do alone: all that is forged is looked at, and an id is right now and then."""
    monkeypatch.setattr(udp, "MAX_STRAYS", 1 << 30)
    each = 30 * BATCH
    for number in range(0, FORGERIES, each):
        assert addresses(house.ask(f"n{number}.{VICTIM}", each, forged)) == {TRUE}
    assert house.looked_at >= FORGERIES * 0.9


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("gives_up", [True, False])
def test_floods_for_names_that_nobody_asked_for_before_poison_none(
    house: ForgedHouse, monkeypatch: pytest.MonkeyPatch, gives_up: bool
) -> None:
    if not gives_up:
        monkeypatch.setattr(udp, "MAX_STRAYS", 1 << 30)
    each = 2 * BATCH
    for number in range(0, FORGERIES, each):
        name = f"{house.dice.getrandbits(40):x}{number}.bank.example"
        assert addresses(house.ask(name, each, poisonous)) == {TRUE}
    for name in (VICTIM, "bank.example", "ns.evil.example"):
        assert addresses(house.ask(name, 0)) == {TRUE}


def test_after_one_port_was_guessed_at_there_is_none_to_guess_for_a_while(house: ForgedHouse) -> None:
    assert addresses(house.ask(VICTIM, 2 * BATCH, forged)) == {TRUE}
    (asked,) = house.forwarder.servers
    assert asked.wants_stream and not house.forwarder.ready()
    for number in range(50):
        assert addresses(house.ask(f"n{number}.{VICTIM}", 0)) == {TRUE}
    assert not house.datagram_came()
    asked.streamless()
    assert house.forwarder.ready()


@pytest.mark.usefixtures("trusting")
def test_an_id_that_was_guessed_turns_nothing_off(house: ForgedHouse) -> None:
    """Neither mixed letters nor EDNS: of a server that is known to take both, no stranger can say otherwise."""
    (asked,) = house.forwarder.servers
    house.ask(f"first.{VICTIM}", 0)
    guessed = set[bytes]()

    def lucky(ident: bytes, section: bytes) -> bytes:
        """After others, under the right id: the question in small letters, or a word that EDNS is not known."""
        if ident[0] & 1 or house.asked not in guessed:
            guessed.add(house.asked)
            return ident + b"\x81\x80" + bytes(8)
        if ident[0] & 2:
            return forged(house.asked[:2], section.lower())
        return house.asked[:2] + b"\x81\x81" + bytes(8)

    for number in range(20):
        assert addresses(house.ask(f"n{number}.{VICTIM}", BATCH, lucky)) == {TRUE}
    assert asked.keeps_case and asked.takes_edns and house.guessed_ids >= 20

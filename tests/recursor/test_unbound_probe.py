# SPDX-License-Identifier: GPL-3.0-or-later
import select
import socket

import dns.message
import dns.rrset
import pytest

from recursor.sane_clock import Window
from recursor.unbound_probe import SECONDS, Probe, signed_when
from wire import stub
from wire.types import SOA


def test_a_signature_says_when_it_holds() -> None:
    query = stub.build(".", SOA, 7)
    answer = dns.message.make_response(dns.message.from_wire(query))
    answer.answer = [
        dns.rrset.from_text(".", 60, "IN", "SOA", "a. b. 1 2 3 4 5"),
        dns.rrset.from_text(".", 60, "IN", "RRSIG", "SOA 13 0 60 20261212000000 20261129000000 1 . AAAA"),
    ]
    assert signed_when(query, answer.to_wire()) == Window(1_795_910_400, 1_797_033_600)
    assert signed_when(query, answer.to_wire()[:60]) is None
    answer.answer.pop()
    assert signed_when(query, answer.to_wire()) is None


@pytest.mark.process
def test_nobody_there_is_silence_since_the_first_look() -> None:
    probe = Probe(9)
    for now in (1.0, 2.0, 3.0):
        probe.ask("alive", now)
        probe.turn(now)
    assert probe.alive is False and probe.silent_since == 1.0
    probe.close()


@pytest.mark.process
def test_a_question_is_given_up_in_its_time_and_told_of_when_it_is_answered() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        probe = Probe(silent.getsockname()[1])
        assert probe.until is None and not probe.sources()
        probe.ask("alive", 1.0)
        assert probe.until == 1.0 + SECONDS and not probe.turn(1.0)
        query, client = silent.recvfrom(512)
        silent.sendto(dns.message.make_response(dns.message.from_wire(query)).to_wire(), client)
        assert select.select(probe.sources(), [], [], 60)[0]
        assert probe.turn(2.0) and probe.alive and probe.until is None and not probe.sources()
        probe.close()

# SPDX-License-Identifier: GPL-3.0-or-later
"""A server tried: what it answers, refuses, invents, checks."""

import socket
from typing import Any

import pytest
from dnslib import DNSRecord
from ports import free_port
from scripted_upstream import Answers, ScriptedUpstream
from waiting import HANG_SECONDS

from resolver.upstream import trial
from resolver.upstream.trial import ASKS, Names, Outcome

pytestmark = pytest.mark.process

NAMES = Names("there.good.example", "missing.example", "signed.bogus.example")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine makes nobody silent."""
    for seconds in ("TRY_SECONDS", "SECONDS"):
        monkeypatch.setattr(trial, seconds, HANG_SECONDS)


def rcode(number: int) -> Any:
    def behave(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
        reply = query.reply()
        reply.header.rcode = number
        return [(0, "", bytes(reply.pack()))]

    return behave


def test_a_good_server_answers_quickly_and_truly() -> None:
    with ScriptedUpstream() as upstream:
        upstream.behaviours |= {"missing": rcode(3), "bogus": rcode(2)}
        (found,) = trial.tried([upstream.spec], NAMES)
    assert (found.outcome, found.answered, found.asked) == (Outcome.ANSWERS, ASKS, ASKS)
    assert found.rewrites is False and found.validates is True
    assert found.least_ms is not None and found.median_ms is not None and 0 < found.least_ms <= found.median_ms
    assert upstream.asked[NAMES.there] >= ASKS


def test_one_that_invents_addresses_and_checks_nothing() -> None:
    with ScriptedUpstream() as upstream:
        (found,) = trial.tried([upstream.spec], NAMES)
    assert found.rewrites is True and found.validates is False


def test_over_tcp_too() -> None:
    with ScriptedUpstream() as upstream:
        (found,) = trial.tried([f"tcp://{upstream.spec}"], NAMES)
        assert found.outcome is Outcome.ANSWERS and upstream.over_tcp[NAMES.there] >= ASKS


@pytest.mark.parametrize(("number", "outcome"), [(5, Outcome.REFUSES), (2, Outcome.FAILS), (3, Outcome.WRONG)])
def test_what_a_server_says_instead(number: int, outcome: Outcome) -> None:
    with ScriptedUpstream() as upstream:
        upstream.behaviours |= {"good": rcode(number)}
        (found,) = trial.tried([upstream.spec], NAMES)
    assert (found.outcome, found.least_ms, found.rewrites) == (outcome, None, None)


def test_nobody_there() -> None:
    (found,) = trial.tried([f"127.0.0.1:{free_port()}"], NAMES)
    assert found.outcome is Outcome.UNREACHABLE


def test_nobody_who_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        monkeypatch.setattr(trial, "TRY_SECONDS", 0.2)
        monkeypatch.setattr(trial, "SECONDS", 0.5)
        (found,) = trial.tried([f"127.0.0.1:{deaf.getsockname()[1]}"], NAMES)
    assert found.outcome is Outcome.SILENT


def test_a_wrong_spec_is_refused() -> None:
    with pytest.raises(ValueError, match="no IP address"):
        trial.tried(["dns.example"])

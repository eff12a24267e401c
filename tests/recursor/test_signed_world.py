# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers checked by unbound, end to end: what a client gets of each kind of zone, and what the record says."""

import os
import signal

import dns.flags
import pytest
from checked_home import CheckedHome, errors
from dns.rcode import NOERROR, NXDOMAIN, SERVFAIL
from waiting import until

from store.config import edit
from store.log.records import INSECURE, VALIDATED

pytestmark = pytest.mark.process


@pytest.mark.parametrize("zone", ["good", "nsec3"])
def test_what_is_signed_well_is_vouched_for(checked_home: CheckedHome, zone: str) -> None:
    for _ in range(3):  # from upstream, from the cache, from the memo
        answer = checked_home.ask(f"www.{zone}.lab")
        assert answer.rcode() == NOERROR and answer.flags & dns.flags.AD
        assert {rrset.rdtype for rrset in answer.answer} == {1, 46}, "with its signature, since the client wants it"
    plain = checked_home.ask(f"www.{zone}.lab", do=False)
    assert not plain.flags & dns.flags.AD and len(plain.answer) == 1
    assert checked_home.ask(f"www.{zone}.lab", flags=dns.flags.AD, do=False).flags & dns.flags.AD


@pytest.mark.parametrize("zone", ["good", "nsec3"])
def test_that_there_is_none_is_proven_too(checked_home: CheckedHome, zone: str) -> None:
    answer = checked_home.ask(f"nobody.{zone}.lab")
    assert answer.rcode() == NXDOMAIN and answer.flags & dns.flags.AD
    answer = checked_home.ask(f"www.{zone}.lab", "AAAA")
    assert answer.rcode() == NOERROR and answer.flags & dns.flags.AD and not answer.answer


def test_what_nobody_signed_is_answered_as_ever(checked_home: CheckedHome) -> None:
    answer = checked_home.ask("www.plain.lab")
    assert answer.rcode() == NOERROR and not answer.flags & dns.flags.AD and answer.answer


@pytest.mark.parametrize(
    ("zone", "code"), [("bogus", 6), ("expired", 7), ("future", 8), ("unsigned", 9), ("nosig", 10)]
)
def test_what_does_not_stand_the_check_is_no_answer(checked_home: CheckedHome, zone: str, code: int) -> None:
    for _ in range(2):  # the second time it is known
        answer = checked_home.ask(f"www.{zone}.lab")
        assert answer.rcode() == SERVFAIL and not answer.answer and errors(answer) == [code]
    unchecked = checked_home.ask(f"www.{zone}.lab", flags=dns.flags.CD)
    assert unchecked.rcode() == NOERROR and unchecked.answer, "who checks by itself may have it"
    assert not unchecked.flags & dns.flags.AD
    assert checked_home.ask(f"www.{zone}.lab").rcode() == SERVFAIL, "and nobody else gets that from a cache"


def test_the_record_says_what_is_known(checked_home: CheckedHome) -> None:
    checked_home.ask("long.good.lab", "TXT")
    assert checked_home.worker.key_of("long.good.lab").dnssec == VALIDATED
    checked_home.ask("long.plain.lab", "TXT")
    assert checked_home.worker.key_of("long.plain.lab").dnssec == INSECURE
    checked_home.ask("long.expired.lab", "TXT")
    key = checked_home.worker.key_of("long.expired.lab")
    assert (key.dnssec, key.upstream) == (7, "unbound")


def test_a_domain_may_be_answered_anyway_for_a_while(checked_home: CheckedHome) -> None:
    checked_home.put(dnssec_insecure=["bogus.lab", "expired.lab until 2026-01-01T00:00:00Z"])
    until(lambda: checked_home.ask("www.bogus.lab").rcode() == NOERROR)
    answer = checked_home.ask("www.bogus.lab")
    assert answer.answer and not answer.flags & dns.flags.AD
    assert checked_home.ask("www.expired.lab").rcode() == SERVFAIL, "that time is over"
    assert checked_home.recursor.insecure == ("bogus.lab",)
    checked_home.put(dnssec_insecure=[])
    until(lambda: checked_home.ask("www.bogus.lab").rcode() == SERVFAIL)


def test_killed_it_is_there_again(checked_home: CheckedHome) -> None:
    before = checked_home.recursor
    os.kill(before.server_pid, signal.SIGKILL)
    until(lambda: checked_home.recursor.restarts == before.restarts + 1 and checked_home.recursor.port)
    until(lambda: checked_home.ask("fresh.good.lab").rcode() == NXDOMAIN)
    assert checked_home.recursor.server_pid != before.server_pid


def test_turned_off_nothing_is_vouched_for(checked_home: CheckedHome) -> None:
    edit.put_settings(edit.engine(checked_home.state), {"dnssec": "off"})
    until(lambda: checked_home.ask("www.bogus.lab").rcode() == NOERROR)
    assert not checked_home.ask("www.good.lab").flags & dns.flags.AD
    until(lambda: not checked_home.recursor.port)
    edit.put_settings(edit.engine(checked_home.state), {"dnssec": "validate"})
    until(lambda: checked_home.ask("www.bogus.lab").rcode() == SERVFAIL)

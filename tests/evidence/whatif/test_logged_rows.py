# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule of the log says of where an answer led."""

from __future__ import annotations

import pytest

from evidence.whatif.logged_rows import Outcome, led
from evidence.whatif.sides import NOWHERE
from store.log.records import FAILED, Verdict


def outcome(rule: str, blocklist: str = "alpha", verdict: Verdict = Verdict.BLOCK) -> Outcome:
    return Outcome(1, verdict, verdict, blocklist, rule)


def test_hops_are_read_out_of_what_the_log_names() -> None:
    response = led(outcome("||a.example^ through CNAME b.a.example")).response
    assert response is not None and response.chain == ["b.a.example"]
    response = led(outcome("/x through y/ through HTTPS record to c.example")).response
    assert response is not None and (response.chain, response.targets) == ([], ["c.example"])
    response = led(outcome("10.0.0.0/8 through address 10.1.2.3")).response
    assert response is not None and response.addresses == [bytes((10, 1, 2, 3))]
    response = led(outcome("||a.example^ through CNAME b.example", "pause", Verdict.ALLOW)).response
    assert response is not None and response.chain == ["b.example"]


@pytest.mark.parametrize("rule", ["", "||a.example^", "/ through /", "x through address nowhere", "a through CNAME"])
def test_what_tells_of_no_hop_leads_nowhere(rule: str) -> None:
    assert led(outcome(rule)) is NOWHERE
    assert led(outcome("||a^ through CNAME b.example", verdict=Verdict.PASS)) is NOWHERE


def test_rebinding_protection_stays_what_it_was() -> None:
    rebound = led(outcome("private address 10.0.0.1 in a public name", "rebinding")).rebound
    assert rebound is not None and rebound.verdict is Verdict.BLOCK


def test_answered_is_what_got_its_device_what_it_wanted() -> None:
    for counted, answered in ((Verdict.PASS, True), (Verdict.LOCAL, True), (Verdict.BLOCK, False), (FAILED, False)):
        assert Outcome(1, Verdict.PASS, counted, "", "").was_answered is answered

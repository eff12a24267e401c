# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict that is explained is the one that a worker gives, by the name and by what the answer shows."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from resolver.answer import snapshot
from resolver.explain import explain as live_explain
from resolver.explain.explain import Explanation, explain
from resolver.explain.lookup import Look
from store.config import edit
from store.config.policy import Rule
from store.log.records import Verdict
from wire.message import Question, Response

CLIENT = "192.168.1.9"


@pytest.fixture
def home(state: Path) -> Path:
    engine = edit.engine(state)
    edit.add_rule(engine, "block", "tracker.example")
    edit.add_rule(engine, "allow", "fine.tracker.example", comment="needed")
    return state


class Looker:
    """Answers every question alike, and counts."""

    def __init__(self, **shown: object) -> None:
        self.asked = 0
        self.response = Response(0, b"", (0, 0, 0), **shown)  # type: ignore[arg-type]

    def __call__(self, question: Question) -> Response:
        self.asked += 1
        return self.response


def told(home: Path, name: str, look: Look | None = None, client: str = CLIENT) -> Explanation:
    return explain(snapshot.build(home, {}), home, name, 1, client, look)


def test_a_name_that_is_decided_is_not_asked_for(home: Path) -> None:
    look = Looker(chain=["x.tracker.example"])
    found = told(home, "a.tracker.example", look)
    assert (found.judgement.verdict, look.asked, found.hops) == (Verdict.BLOCK, 0, ())
    assert [(one.rule, one.standing) for one in found.spoke] == [("||tracker.example^", "wins")]
    found = told(home, "fine.tracker.example", look)
    assert [(one.rule, one.standing) for one in found.spoke] == [
        ("@@||fine.tracker.example^", "wins"),
        ("||tracker.example^", "loses"),
    ]
    for name, client, verdict in (("printer.lan", CLIENT, Verdict.LOCAL), ("a.example", "8.8.8.8", Verdict.REFUSE)):
        assert told(home, name, look, client).judgement.verdict is verdict
    assert look.asked == 0


def test_every_hop_is_told_and_the_first_that_is_blocked_decides(home: Path) -> None:
    look = Looker(chain=["cdn.example", "x.tracker.example"], addresses=[ip_address("192.0.2.1").packed] * 2)
    found = told(home, "shop.example", look)
    assert found.judgement.rule == "||tracker.example^ through CNAME x.tracker.example"
    assert [(hop.by, hop.to, hop.judgement.verdict) for hop in found.hops] == [
        ("CNAME", "cdn.example", Verdict.PASS),
        ("CNAME", "x.tracker.example", Verdict.BLOCK),
        ("address", "192.0.2.1", Verdict.PASS),
    ]
    assert found.looked == live_explain.LOOKED


def test_private_addresses_are_told(home: Path) -> None:
    look = Looker(addresses=[ip_address("10.0.0.1").packed])
    look.response.counts = (1, 0, 0)
    look.response.body = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\1"
    found = told(home, "shop.example", look)
    assert (found.judgement.verdict, found.judgement.blocklist) == (Verdict.BLOCK, "rebinding")
    assert [(hop.to, hop.judgement.rule) for hop in found.hops] == [("10.0.0.1", "private address")]


def test_what_was_not_asked_says_so(home: Path) -> None:
    assert told(home, "shop.example").looked == live_explain.ALONE
    assert told(home, "shop.example", lambda question: None).looked == live_explain.SILENT
    found = told(home, "shop.example", Looker())
    assert (found.looked, found.judgement.verdict) == (live_explain.NOWHERE, Verdict.PASS)


def test_rules_of_others_are_shown_and_do_not_count(home: Path) -> None:
    others = [Rule(99, "block", "shop.example", True, "")]
    found = explain(snapshot.build(home, {}), home, "shop.example", 1, CLIENT, None, others)
    assert found.judgement.verdict is Verdict.PASS
    assert [(one.rule, one.standing) for one in found.spoke] == [("||shop.example^", "off")]


def test_a_client_that_is_no_address(home: Path) -> None:
    with pytest.raises(ValueError, match="address"):
        told(home, "shop.example", client="my phone")

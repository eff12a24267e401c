# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict that is explained is the one that a worker gives, by the name and by what the answer shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import pytest

from blocklists.update.assemble import Assembler
from resolver.answer import snapshot
from resolver.answer.let_through import PAUSE
from resolver.explain import explanation
from resolver.explain.explain import Explainer, NoAddress
from resolver.explain.explanation import Explanation
from resolver.explain.lookup import Look
from store.base import db
from store.config import edit, lists
from store.config.choices import RuleKind
from store.devices import sightings_store
from store.household import exceptions, groups, pauses, schedules
from store.household.policy import Rule
from store.household.window_input import read_window
from store.log.records import Verdict
from wire import types
from wire.message import Question, Response

pytestmark = pytest.mark.database

CLIENT = "192.168.1.9"


@pytest.fixture
def home(state: Path) -> Path:
    engine = edit.engine(state)
    edit.add_rule(engine, "block", "tracker.example")
    edit.add_rule(engine, "allow", "fine.tracker.example", comment="needed")
    edit.add_rule(engine, "block", "telltale")
    return state


class Looker:
    """Answers every question alike, and counts."""

    def __init__(self, upstream: str = "9.9.9.9", **shown: object) -> None:
        self.asked, self.upstream = 0, upstream
        self.response = Response(0, b"", (0, 0, 0), **shown)  # type: ignore[arg-type]

    def __call__(self, question: Question, specs: Sequence[str] = ()) -> tuple[Response, str]:
        self.asked += 1
        return self.response, self.upstream


def explained(
    home: Path, name: str, look: Look | None = None, client: str | None = CLIENT, qtype: int = types.A
) -> Explanation:
    return Explainer(snapshot.build(home, {}), home, look).explain(name, qtype, client)


def test_a_name_that_is_decided_is_not_asked_for(home: Path) -> None:
    look = Looker(chain=["x.tracker.example"])
    tracker = explained(home, "a.tracker.example", look)
    assert (tracker.judgement.verdict, tracker.answer) == (Verdict.BLOCK, "0.0.0.0")
    assert (look.asked, tracker.hops, tracker.looked) == (0, (), explanation.DECIDED)
    assert [(rule.rule, rule.standing) for rule in tracker.rules] == [("||tracker.example^", "wins")]
    allowed = explained(home, "fine.tracker.example", look)
    assert (allowed.judgement.verdict, allowed.answer) == (Verdict.ALLOW, None)
    assert [(rule.rule, rule.standing) for rule in allowed.rules] == [
        ("@@||fine.tracker.example^", "wins"),
        ("||tracker.example^", "loses"),
    ]
    local = explained(home, "printer.lan", look)
    assert (local.judgement.verdict, local.answer, local.looked) == (Verdict.LOCAL, "NXDOMAIN", explanation.DECIDED)
    assert look.asked == 0


def test_a_device_that_names_itself_is_that_one_from_anywhere(home: Path) -> None:
    """As over encrypted DNS; an address alone is a stranger's, or another device's."""
    engine = edit.engine(home)
    with closing(db.connect(home / "config.db")) as con:
        con.execute("INSERT INTO device (id, name, first_seen) VALUES (7, 'Phone', 1)")
        con.commit()
    edit.add_rule(engine, "block", "forbidden.example", scope="device:7")
    look = Looker()
    for client in ("8.8.8.8#7", "127.0.0.1#7", "2001:db8::1#7"):
        named = explained(home, "forbidden.example", look, client)
        assert (named.judgement.verdict, named.client) == (Verdict.BLOCK, client)
        assert "Phone" in named.because
    assert explained(home, "forbidden.example", look, "127.0.0.1").judgement.verdict is Verdict.PASS
    for wrong in ("8.8.8.8#", "8.8.8.8#phone", "#7"):
        with pytest.raises(NoAddress):
            explained(home, "forbidden.example", look, wrong)


def test_a_refusal_says_whether_it_is_for_who_asks_or_for_what_is_asked(home: Path) -> None:
    look = Looker()
    stranger = explained(home, "a.example", look, "8.8.8.8")
    assert (stranger.judgement.verdict, stranger.answer) == (Verdict.REFUSE, "REFUSED")
    assert stranger.looked == "This address is not of the home, so it gets REFUSED, whatever it asks."
    for qtype, word, rcode in (
        (types.AXFR, "AXFR", "NOTIMP"),
        (types.IXFR, "IXFR", "NOTIMP"),
        (types.TSIG, "TSIG", "FORMERR"),
        (types.OPT, "OPT", "FORMERR"),
        (0, "TYPE0", "FORMERR"),
    ):
        refused = explained(home, "a.example", look, qtype=qtype)
        assert (refused.judgement.verdict, refused.answer) == (Verdict.REFUSE, rcode)
        assert refused.looked == f"{word} is no question for data, so it gets {rcode}, whoever asks."
    assert explained(home, "a.example", look, "8.8.8.8", types.AXFR).looked == stranger.looked
    assert look.asked == 0


def test_where_no_rule_was_asked_none_decides(home: Path) -> None:
    assert [rule.standing for rule in explained(home, "telltale").rules] == ["loses"]
    assert [rule.standing for rule in explained(home, "tracker.example", qtype=types.AXFR).rules] == ["loses"]


def test_the_decision_alone_is_the_same_without_a_look(home: Path) -> None:
    look = Looker(chain=["x.tracker.example"])
    explainer = Explainer(snapshot.build(home, {}), home, look)
    for name in ("a.tracker.example", "fine.tracker.example", "printer.lan"):
        whole, alone = explainer.explain(name, types.A, CLIENT), explainer.decide(name, types.A, CLIENT)
        assert (alone.judgement, alone.answer, alone.looked) == (whole.judgement, whole.answer, whole.looked)
    alone = explainer.decide("shop.example", types.A, CLIENT)
    assert (alone.judgement.verdict, alone.rules, alone.looked) == (Verdict.PASS, (), explanation.UNASKED)
    assert look.asked == 0


def test_every_hop_is_told_and_the_first_that_is_blocked_decides(home: Path) -> None:
    look = Looker(chain=["cdn.example", "x.tracker.example"], addresses=[ip_address("192.0.2.1").packed] * 2)
    shop = explained(home, "shop.example", look)
    assert shop.judgement.rule == "||tracker.example^ through CNAME x.tracker.example"
    assert shop.answer == "0.0.0.0"
    assert [(hop.by, hop.to, hop.judgement.verdict) for hop in shop.hops] == [
        ("CNAME", "cdn.example", Verdict.PASS),
        ("CNAME", "x.tracker.example", Verdict.BLOCK),
        ("address", "192.0.2.1", Verdict.PASS),
    ]
    assert shop.looked == explanation.LOOKED


def private(upstream: str) -> Looker:
    look = Looker(upstream, addresses=[ip_address("10.0.0.1").packed])
    look.response.counts = (1, 0, 0)
    look.response.body = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\1"
    return look


def test_private_addresses_are_told(home: Path) -> None:
    shop = explained(home, "shop.example", private("9.9.9.9"))
    assert (shop.judgement.verdict, shop.judgement.blocklist) == (Verdict.BLOCK, "rebinding")
    assert (shop.answer, shop.list_title) == ("NODATA", None)
    assert [(hop.to, hop.judgement.rule) for hop in shop.hops] == [("10.0.0.1", "private address")]


def test_what_leads_home_on_purpose_depends_on_who_says_so(home: Path) -> None:
    """As `rebinding.protect` does for a worker."""
    for upstream, verdict in (("192.168.1.1", Verdict.PASS), ("9.9.9.9", Verdict.BLOCK)):
        router = explained(home, "fritz.box", private(upstream))
        assert (router.judgement.verdict, router.hops[0].judgement.verdict) == (verdict, verdict)


def test_what_was_not_asked_says_so(home: Path) -> None:
    assert explained(home, "shop.example").looked == explanation.UNASKED
    assert explained(home, "shop.example", lambda question, specs: None).looked == explanation.SILENT
    nowhere = explained(home, "shop.example", Looker())
    assert (nowhere.looked, nowhere.judgement.verdict) == (explanation.NOWHERE, Verdict.PASS)
    assert Explainer.load(home, {}, None).explain("shop.example", 1).looked == explanation.UNASKED
    assert Explainer.load(home, {}, home / "run").explain("shop.example", 1).looked == explanation.ALONE


def test_rules_of_others_are_shown_and_do_not_count(home: Path) -> None:
    others = [Rule(99, RuleKind.BLOCK, "shop.example", True, "")]
    shop = Explainer(snapshot.build(home, {}), home).explain("shop.example", types.A, CLIENT, others)
    assert shop.judgement.verdict is Verdict.PASS
    assert [(rule.rule, rule.standing) for rule in shop.rules] == [("||shop.example^", "off")]


def test_the_title_is_that_of_the_list_as_it_is_called_now(state: Path) -> None:
    pack = lists.BlocklistSeed("pack:xiaomi", "pack", "Xiaomi", "", on=True, level="safe")
    lists.sync_blocklists(edit.engine(state), [pack])
    Assembler(state).build([], 1)
    now, name = snapshot.build(state, {}), "data.mistat.xiaomi.com"
    assert Explainer(now, state).decide(name, types.A).list_title == now.titles["pack:xiaomi"]
    renamed = Explainer(now, state, titles={"pack:xiaomi": "Phones"}).decide(name, types.A)
    assert (renamed.judgement.blocklist, renamed.list_title) == ("pack:xiaomi", "Phones")


def test_nobody_named_is_anybody_of_the_house(home: Path) -> None:
    engine = edit.engine(home)
    with closing(db.connect(home / "config.db")) as config:
        device = sightings_store.sighted(config, "127.0.0.1")
        config.commit()
    edit.add_rule(engine, "block", "shop.example", scope=f"device:{device}")
    explainer = Explainer.load(home, {}, None)
    assert explainer.explain("shop.example", types.A).judgement.verdict is Verdict.PASS
    assert explainer.explain("shop.example", types.A, "127.0.0.1").judgement.verdict is Verdict.BLOCK


def test_a_client_is_the_same_however_its_address_is_written(home: Path) -> None:
    whole = explained(home, "a.tracker.example", client="FD00::0:5")
    assert (whole.client, whole.judgement.verdict) == ("fd00::5", Verdict.BLOCK)
    with pytest.raises(NoAddress):
        explained(home, "shop.example", client="my phone")


def test_where_an_answer_leads_is_let_through_while_blocking_is_paused(home: Path) -> None:
    pauses.pause(edit.engine(home))
    shown = explained(home, "shop.org", Looker(chain=["x.tracker.example"]))
    assert shown.judgement[:2] == (Verdict.ALLOW, PAUSE) and shown.relief == explanation.PAUSED
    assert shown.hops[0].judgement.verdict is Verdict.BLOCK, "on the hop alone"


def test_whose_word_decided_is_said(state: Path) -> None:
    engine = edit.engine(state)
    always = schedules.add_schedule(engine, "Bedtime", [read_window("0:00-24:00")])
    with closing(db.connect(state / "config.db")) as con:
        phone = sightings_store.sighted(con, CLIENT)
    group = groups.add_group(engine, "Children", {"devices": [phone]})
    edit.add_rule(engine, "block", "games.test-site.com", scope=f"group:{group}", schedule=always)

    def because(name: str, client: str | None = CLIENT) -> tuple[str, str]:
        explained = Explainer(snapshot.build(state, {}), state).explain(name, types.A, client)
        return explained.judgement.blocklist, explained.because

    assert because("games.test-site.com") == ("own", "The rule is for Children, inside Bedtime.")
    assert because("games.test-site.com", None) == ("", "")
    groups.change_group(engine, group, {"schedule": always})
    assert because("other.test-site.com") == ("schedule", "Children has no access inside Bedtime.")
    closed = Explainer(snapshot.build(state, {}), state).explain("games.test-site.com", types.A, CLIENT)
    assert [(rule.standing, rule.why) for rule in closed.rules] == [("loses", explanation.CLOSED)], "two cannot decide"


def test_until_when_a_pause_or_an_exception_lets_through_is_said(home: Path) -> None:
    engine, until = edit.engine(home), int(time.time()) + 900
    pauses.pause(engine, "house", None, until)
    for led in (explained(home, "a.tracker.example"), explained(home, "shop.org", Looker(chain=["x.tracker.example"]))):
        assert led.because.startswith("Blocking is paused for the whole house until ") and led.until_s == until
    exceptions.let_through(engine, "house", "shop.org", until + 60, "somebody")
    assert explained(home, "www.shop.org").because.startswith("shop.org is let through for the whole house until ")
    assert explained(home, "shop.example", Looker()).until_s is None

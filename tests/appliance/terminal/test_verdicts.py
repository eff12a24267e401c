# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict is the one that a worker would give, for the house, for a client, and for lists given on the spot."""

from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.terminal import verdicts
from appliance.terminal.verdicts import Given
from resolver.explain import explanation
from store.config import edit, session
from store.log.records import Verdict

pytestmark = pytest.mark.database

A, AAAA, HTTPS, TXT, AXFR = 1, 28, 65, 16, 252
XIAOMI = "data.mistat.xiaomi.com"


@pytest.mark.parametrize(("qtype", "answer"), [(A, "0.0.0.0"), (AAAA, "::"), (HTTPS, "NODATA")])
def test_a_blocked_name_gets_the_sinkhole(prepared: Path, qtype: int, answer: str) -> None:
    blocked = verdicts.of_house(prepared, {}).decide(XIAOMI, qtype)
    assert (blocked.judgement.verdict, blocked.judgement.blocklist) == (Verdict.BLOCK, "pack:xiaomi")
    assert (blocked.name, blocked.answer) == (XIAOMI, answer)


@pytest.mark.parametrize(
    ("name", "client", "verdict", "answer"),
    [
        ("example.com", None, "PASS", None),
        ("telltale", None, "LOCAL", "127.0.0.1"),
        ("printer.lan", None, "LOCAL", "NXDOMAIN"),
        (XIAOMI, "8.8.8.8", "REFUSE", "REFUSED"),
        (XIAOMI, "192.168.1.20", "BLOCK", "0.0.0.0"),
    ],
)
def test_the_house(prepared: Path, name: str, client: str | None, verdict: str, answer: str | None) -> None:
    explainer = verdicts.of_house(prepared, {})
    for told in (explainer.decide(name, A, client), explainer.explain(name, A, client)):
        assert (told.judgement.verdict.name, told.answer) == (verdict, answer)


def test_the_homes_own_rule_goes_before_a_list(state: Path) -> None:
    engine = session.engine(state)
    edit.add_rule(engine, "allow", XIAOMI, comment="mine")
    told = verdicts.of_house(state, {}).explain(XIAOMI, A)
    assert told.judgement.verdict is Verdict.ALLOW
    own, *others = told.rules
    assert (own.verdict, own.standing, own.comment) == ("ALLOW", "wins", "mine")
    assert own.since is not None and own.since.exact
    assert any(
        rule.blocklist == "pack:xiaomi" and rule.level == "safe" and rule.standing == "loses" for rule in others
    )


def test_a_list_that_is_off_matches_but_does_not_count(state: Path) -> None:
    engine = session.engine(state)
    edit.set_toggle(engine, "pack:xiaomi", "house", False)
    told = verdicts.of_house(state, {}).explain(XIAOMI, A)
    assert told.judgement.verdict is Verdict.PASS
    assert {rule.standing for rule in told.rules} == {"off"}


def test_lists_and_rules_given_on_the_spot(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.txt"
    hosts.write_text("# a list\n0.0.0.0 ads.example.com\n0.0.0.0 track.example.com\n")
    given = Given.of([hosts], None, ["bad.example", "=only.example"], ["good.bad.example"])
    verdict = {
        name: given.decide(name, A).judgement.verdict.name
        for name in ("ads.example.com", "www.ads.example.com", "x.bad.example", "good.bad.example", "only.example",
                     "x.only.example", "telltale", "printer.lan")
    }  # fmt: skip
    assert verdict == {
        "ads.example.com": "BLOCK",
        "www.ads.example.com": "PASS",
        "x.bad.example": "BLOCK",
        "good.bad.example": "ALLOW",
        "only.example": "BLOCK",
        "x.only.example": "PASS",
        "telltale": "PASS",
        "printer.lan": "PASS",
    }
    told = given.explain("ads.example.com", A)
    assert (told.judgement.blocklist, told.list_title, told.answer) == (str(hosts), "hosts.txt", "0.0.0.0")
    (rule,) = told.rules
    assert (rule.line_number, rule.line and rule.line.text) == (2, "0.0.0.0 ads.example.com")
    assert (rule.standing, rule.since) == ("wins", None)
    (own,) = given.explain("x.bad.example", AXFR, "8.8.8.8").rules
    assert (own.standing, own.blocklist) == ("wins", "")
    assert given.explain("a.example", A).looked == explanation.UNASKED


def test_a_condition_of_a_given_list_is_about_the_client_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("||ads.test^$client=192.168.1.2\n")
    given = Given.of([path], None, [], [])
    verdicts_ = [given.decide("ads.test", A, client).judgement.verdict for client in ("192.168.1.2", "fd00::1", None)]
    assert verdicts_ == [Verdict.BLOCK, Verdict.PASS, Verdict.PASS]


@pytest.mark.parametrize("text", ["", "<html><body>no</body></html>", "\0\1\2" * 500])
def test_what_is_no_list_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(Complaint, match=r"list\.txt is no blocklist"):
        Given.of([path], None, [], [])


def test_types_by_name_and_number() -> None:
    assert [verdicts.type_number(text) for text in ("a", "AAAA", "TYPE65", "65", "https")] == [1, 28, 65, 65, 65]
    for wrong in ("", "XX", "TYPE", "65536", "-1", "TYPE99999999999"):
        with pytest.raises(Complaint, match="no query type"):
            verdicts.type_number(wrong)


def test_names_as_they_are_judged() -> None:
    assert [verdicts.whole(name) for name in ("A.Example.", "_dns.X", "b\u00fccher.test")] == [
        "a.example",
        "_dns.x",
        "xn--bcher-kva.test",
    ]
    for wrong in ("a..b", "", "x" * 300):
        with pytest.raises(Complaint):
            verdicts.whole(wrong)

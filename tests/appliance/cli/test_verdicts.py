# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict is the one that a worker would give, for the house, for a client, and for lists given on the spot."""

from pathlib import Path

import pytest

from appliance.cli import verdicts
from appliance.cli.verdicts import Given, House
from appliance.errors import Complaint
from store.config import edit, session

A, AAAA, HTTPS = 1, 28, 65
XIAOMI = "data.mistat.xiaomi.com"


@pytest.mark.parametrize(("qtype", "answer"), [(A, "0.0.0.0"), (AAAA, "::"), (HTTPS, "NODATA")])
def test_a_blocked_name_gets_the_sinkhole(prepared: Path, qtype: int, answer: str) -> None:
    found = House.load(prepared, {}).explain(f"{XIAOMI.upper()}.", qtype, None)
    assert (found.name, found.verdict, found.list, found.answer) == (XIAOMI, "BLOCK", "pack:xiaomi", answer)


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
    found = House.load(prepared, {}).explain(name, A, client)
    assert (found.verdict, found.answer) == (verdict, answer)


def test_the_homes_own_rule_goes_before_a_list(state: Path) -> None:
    engine = session.engine(state)
    edit.add_rule(engine, "allow", XIAOMI, comment="mine")
    house = House.load(state, {})
    assert house.explain(XIAOMI, A, None).verdict == "ALLOW"
    said = house.tell(XIAOMI, A, None).rules
    assert (said[0].verdict, said[0].standing, said[0].note) == ("ALLOW", "wins", "mine")
    assert said[0].since is not None and said[0].since_exact
    assert any(one.list == "pack:xiaomi" and one.level == "safe" and one.standing == "loses" for one in said)
    engine.dispose()


def test_a_list_that_is_off_speaks_but_does_not_count(state: Path) -> None:
    engine = session.engine(state)
    edit.set_toggle(engine, "pack:xiaomi", "house", False)
    house = House.load(state, {})
    assert house.explain(XIAOMI, A, None).verdict == "PASS"
    assert {one.standing for one in house.tell(XIAOMI, A, None).rules} == {"off"}
    engine.dispose()


def test_lists_and_rules_given_on_the_spot(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.txt"
    hosts.write_text("# a list\n0.0.0.0 ads.example.com\n0.0.0.0 track.example.com\n")
    given = Given.load([hosts], None, ["bad.example", "=only.example"], ["good.bad.example"])
    verdict = {
        name: given.explain(name, A, None).verdict
        for name in ("ads.example.com", "www.ads.example.com", "x.bad.example", "good.bad.example", "only.example",
                     "x.only.example", "telltale")
    }  # fmt: skip
    assert verdict == {
        "ads.example.com": "BLOCK",
        "www.ads.example.com": "PASS",
        "x.bad.example": "BLOCK",
        "good.bad.example": "ALLOW",
        "only.example": "BLOCK",
        "x.only.example": "PASS",
        "telltale": "PASS",
    }
    (said,) = given.tell("ads.example.com", A, None).rules
    assert (said.line_number, said.line, said.standing) == (2, "0.0.0.0 ads.example.com", "wins")
    assert given.explain("ads.example.com", A, None).list == str(hosts)


@pytest.mark.parametrize("text", ["", "<html><body>no</body></html>", "\0\1\2" * 500])
def test_what_is_no_list_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(Complaint, match=r"list\.txt is no blocklist"):
        Given.load([path], None, [], [])


def test_types_by_name_and_number() -> None:
    assert [verdicts.type_number(text) for text in ("a", "AAAA", "TYPE65", "65", "https")] == [1, 28, 65, 65, 65]
    for wrong in ("", "XX", "TYPE", "65536", "-1", "TYPE99999999999"):
        with pytest.raises(Complaint, match="no query type"):
            verdicts.type_number(wrong)


@pytest.mark.parametrize(
    ("name", "client"), [("a..b", None), ("", None), ("a.example", "no address"), ("x" * 300, None)]
)
def test_nonsense_is_a_complaint(prepared: Path, name: str, client: str | None) -> None:
    with pytest.raises(Complaint):
        House.load(prepared, {}).explain(name, A, client)

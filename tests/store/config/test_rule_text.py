# SPDX-License-Identifier: GPL-3.0-or-later
"""One reader of rules: every notation, where rules are typed, stored, and given to `telltale explain`."""

from contextlib import closing
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.terminal.verdicts import Given
from blocklists.formats import line_formats
from blocklists.index.own_rules import RuleTable, own_text
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ComplexRule
from store.base import db
from store.config import edit, rule_text
from store.config.choices import RuleForm, RuleKind
from store.config.engine import Engine
from store.config.rule_text import RuleText
from store.config.session import EditError
from store.household import policy
from store.household.policy import Rule
from store.names import linear_patterns

A, AAAA, MX = 1, 28, 15
NAME, REGEX = RuleForm.NAME, RuleForm.REGEX
needs_re2 = pytest.mark.skipif(not linear_patterns.available(), reason="needs RE2")


@needs_re2
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ads.Test.", RuleText(NAME, "ads.test")),
        ("ads.test # why", RuleText(NAME, "ads.test", comment="why")),
        ("||ads.test^", RuleText(NAME, "ads.test", subdomains=True)),
        ("@@||ads.test^", RuleText(NAME, "ads.test", RuleKind.ALLOW, subdomains=True)),
        ("=ads.test", RuleText(NAME, "ads.test", subdomains=False)),
        ("|ads.test^", RuleText(NAME, "ads.test", subdomains=False)),
        ("*.ads.test", RuleText(NAME, "ads.test", subdomains=True)),
        (".ads.test", RuleText(NAME, "ads.test", subdomains=True)),
        ("||ads.test^$dnstype=~A|~AAAA", RuleText(NAME, "ads.test", subdomains=True, types="~A,AAAA")),
        ("ad*.test", RuleText(REGEX, r"(?:^|\.)ad.*\.test$")),
        ("|ad*.test^", RuleText(REGEX, r"^ad.*\.test$")),
        ("/^ads[0-9]/", RuleText(REGEX, "^ads[0-9]")),
        ("!/^ads/", RuleText(REGEX, "^ads", inverted=True)),
        (r"(^|\.)ads\.test$", RuleText(REGEX, r"(^|\.)ads\.test$")),
        ("^ads;querytype=A,AAAA", RuleText(REGEX, "^ads", types="A,AAAA")),
        ("^ads;querytype=!AAAA", RuleText(REGEX, "^ads", types="~AAAA")),
        ("ads;querytype=A;invert # from there", RuleText(REGEX, "ads", types="A", inverted=True, comment="from there")),
        ("^ads;reply=NXDOMAIN", RuleText(REGEX, "^ads", answer="NXDOMAIN")),
        ("^ads;reply=none", RuleText(REGEX, "^ads", answer="drop")),
        ("^ads;reply=192.0.2.1;reply=2001:db8::1", RuleText(REGEX, "^ads", answer="192.0.2.1,2001:db8::1")),
        ("/^ads/;querytype=HTTPS", RuleText(REGEX, "^ads", types="HTTPS")),
        (".*ads.*", RuleText(REGEX, ".*ads.*")),
        ("/^ads/$dnstype=A,answer=nodata", RuleText(REGEX, "^ads", types="A", answer="nodata")),
    ],
)
def test_every_notation(text: str, expected: RuleText) -> None:
    assert rule_text.read(text) == expected


@needs_re2
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("^$", "No name can match"),
        ("/^ads x/", "No name can match"),
        (r"/ads\.$/", "No name can match"),
        ("(?-i)[A-Z]", "No name can match"),
        ("/https?:\\/\\/ads/", "No name can match"),
        ("[a-z]{64}", "No name can match"),
        (".*;invert", "holds for none"),
        ("^ads;colour=red", "no option"),
        ("^ads;reply=IP", "names no address"),
        ("ads.*", "may be a name with gaps or an expression"),
        ("*", "every name"),
        ("||x.test^$important", "Leave"),
        ("||x.test^$client=1.2.3.4", "choose its scope"),
        ("||x.test^$dnstype=A|~MX", "one or the other"),
        ("ads test", "no valid name"),
        (f"{'a' * 60}." * 4 + "a" * 12, "too long"),
        ("# nothing", "empty"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        rule_text.read(text)


@needs_re2
@pytest.mark.parametrize(
    "text",
    ["||ads.test^", "@@||ads.test^$dnstype=A", "/^ads/$dnstype=~A|~MX", "!/^ads/", "||ads.test^$answer=TXT a,b"],
)
def test_what_is_shown_of_a_rule_is_read_as_that_rule(text: str) -> None:
    given = rule_text.read(text)
    rule = Rule(1, given.kind or RuleKind.BLOCK, given.name, given.subdomains is True, "", given.form,
                rule_text.check_types(given.types), given.inverted, rule_text.check_answer(given.answer))  # fmt: skip
    assert own_text(rule) == text


@pytest.mark.database
@needs_re2
def test_a_rule_is_stored_as_it_is_meant(engine: Engine) -> None:
    """pi-hole#1862: an option behind an expression, in the field for names as in that for expressions."""
    first = edit.add_rule(engine, "block", "^ads;querytype=A # why")
    assert edit.add_rule(engine, "block", "/^ads/", form="regex", types="A") == first
    edit.add_rule(engine, "block", "ads.test # mine")
    stored = [(rule.form, rule.name, rule.types, rule.subdomains, rule.comment) for rule in edit.rules(engine)]
    assert stored == [("regex", "^ads", "A", False, ""), ("name", "ads.test", "", True, "mine")]
    for name, more, reason in (
        ("@@||ads.test^", {}, "allow it instead"),
        ("^ads;querytype=A", {"types": "MX"}, "leave one away"),
        (r"ads\.$", {"form": "regex"}, "No name can match"),
    ):
        with pytest.raises(EditError, match=reason):
            edit.add_rule(engine, "block", name, **more)


@needs_re2
@pytest.mark.parametrize(
    ("deny", "blocked", "passes"),
    [
        ("^ads;querytype=A", [("ads.test", A)], [("ads.test", AAAA), ("x.ads.test", A)]),
        ("^ads;querytype=!AAAA", [("ads.test", A), ("ads.test", MX)], [("ads.test", AAAA)]),
        ("^good;invert", [("ads.test", A)], [("good.test", A)]),
        ("/ads[0-9]/ # numbers", [("x.ads7.test", A)], [("ads.test", A)]),
        ("||ads.test^", [("ads.test", A), ("x.ads.test", A)], [("xads.test", A)]),
        ("=ads.test", [("ads.test", A)], [("x.ads.test", A)]),
        ("a-.test", [("a-.test", A)], [("a.test", A)]),
    ],
)
def test_explain_takes_the_same_rules(deny: str, blocked: list[tuple[str, int]], passes: list[tuple[str, int]]) -> None:
    given = Given.of([], None, [deny], [])
    assert {given.decide(*question).judgement.verdict.name for question in blocked} == {"BLOCK"}
    assert {given.decide(*question).judgement.verdict.name for question in passes} == {"PASS"}


@needs_re2
def test_a_rule_given_to_explain_is_refused_as_one_that_is_typed() -> None:
    assert Given.of([], None, ["^ads;reply=nxdomain"], []).decide("ads.test", A).answer == "NXDOMAIN"
    for deny, reason in (("^$", "No name can match"), ("@@||x.test^", "--permit"), ("^a;querytype=BOGUS", "no query")):
        with pytest.raises(Complaint, match=reason):
            Given.of([], None, [deny], [])


@needs_re2
def test_a_list_of_expressions_takes_the_same_notation() -> None:
    ((special, _),) = line_formats.regex("^ads;querytype=A;reply=nodata # why")
    assert isinstance(special, ComplexRule)
    assert (special.subject, special.when.types, special.answer) == ("^ads", (A,), "nodata")
    ((special, _),) = line_formats.regex("/^ads/")
    assert isinstance(special, ComplexRule) and special.subject == "^ads"
    for line, reason in (
        ("^ads;invert", reasons.INVERTED),
        ("^ads;reply=IP", reasons.VALUE),
        ("^ads;querytype=BOGUS", reasons.VALUE),
        (r"ads\.$", reasons.UNMATCHED),
    ):
        assert line_formats.regex(line) == ((None, reason),)


@pytest.mark.database
@needs_re2
def test_what_a_version_before_has_stored_is_read_with_its_meaning(engine: Engine, state: Path) -> None:
    number = edit.add_rule(engine, "block", "^ads", form="regex")
    with closing(db.connect(state / "config.db")) as con:
        for stored, meant in (
            ("^ads;querytype=!AAAA", ("^ads", "~AAAA", False, "")),
            ("/^ads/", ("^ads", "", False, "")),
            ("^ads;invert;reply=none # x", ("^ads", "", True, "drop")),
            ("^ads;nonsense=1", ("^ads;nonsense=1", "", False, "")),
            ("^ads", ("^ads", "", False, "")),
        ):
            con.execute("UPDATE rule SET name = ? WHERE id = ?", (stored, number))
            (rule,) = policy.load(con).default.rules
            assert (rule.name, rule.types, rule.inverted, rule.answer) == meant


@needs_re2
def test_the_first_rule_that_holds_is_found_for_both_forms() -> None:
    table = RuleTable.build([Rule(1, RuleKind.BLOCK, "^ads", False, "", REGEX, "A")])
    assert table.find("ads.test", A) and not table.find("ads.test", AAAA)


@pytest.mark.parametrize("text", [
    "[::1]", "::1", "[2001:db8::1]:53", "[10.0.0.1]", "10.0.0.1:53", "10.0.0.0/8", "2001:db8::/32", "fe80::1%eth0",
    "[fe80::1%eth0]", " 192.168.1.5 ",
])  # fmt: skip
def test_an_address_in_any_spelling_is_no_name_and_no_expression(text: str) -> None:
    with pytest.raises(ValueError, match="is an address, not a name"):
        rule_text.read(text)


@pytest.mark.parametrize("text", ["[a-f]+[0-9]", "/[::1]/", "[ad]s.example", "1.2.3.example", "cafe.example"])
def test_what_only_looks_like_an_address_is_read_as_before(text: str) -> None:
    assert rule_text.read(text).name

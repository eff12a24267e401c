# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats import list_names
from blocklists.formats.adblock import adblock
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ComplexRule, Network
from blocklists.rules.list_options import Options
from blocklists.rules.rule import Kind

EXACT, SUFFIX, BELOW, ALLOW = Kind.BLOCK_EXACT, Kind.BLOCK_SUFFIX, Kind.BLOCK_BELOW, Kind.ALLOW_SUFFIX


def complex_rule(line: str, options: Options | None = None) -> ComplexRule:
    """The one complex rule that a line gives."""
    ((found, held),) = adblock(line, options) if options else adblock(line)
    assert isinstance(found, ComplexRule), held
    assert found.text == line
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("||ads.example^", [(SUFFIX, "ads.example")]),
        ("||Ads.Example^", [(SUFFIX, "ads.example")]),
        ("||ads.example^|", [(SUFFIX, "ads.example")]),
        ("||ads.example|", [(SUFFIX, "ads.example")]),
        ("||ads.example", [(SUFFIX, "ads.example")]),
        ("||ads.example^$important", [(Kind.BLOCK_SUFFIX_IMPORTANT, "ads.example")]),
        ("@@||ads.example^$important", [(Kind.ALLOW_SUFFIX_IMPORTANT, "ads.example")]),
        ("|ads.example^$important", [(Kind.BLOCK_EXACT_IMPORTANT, "ads.example")]),
        ("||ads.example^ # seen in games", [(SUFFIX, "ads.example")]),
        ("||ads.example^$all", [(SUFFIX, "ads.example")]),
        ("||ads.example^$doc", [(SUFFIX, "ads.example")]),
        ("||ads.example^$document,popup", [(SUFFIX, "ads.example")]),
        ("||zip^", [(SUFFIX, "zip")]),
        ("||bücher.example^", [(SUFFIX, "xn--bcher-kva.example")]),
        ("|ads.example^", [(EXACT, "ads.example")]),
        ("|ads.example|", [(EXACT, "ads.example")]),
        ("ads.example^", [(SUFFIX, "ads.example")]),
        ("ads.example|", [(SUFFIX, "ads.example")]),
        ("||*.ads.example^", [(BELOW, "ads.example")]),
        ("*.ads.example^", [(BELOW, "ads.example")]),
        ("*.ads.example", [(BELOW, "ads.example")]),
        (".ads.example^", [(BELOW, "ads.example")]),
        ("@@||ads.example^", [(ALLOW, "ads.example")]),
        ("@@||ads.example^|", [(ALLOW, "ads.example")]),
        ("@@ads.example", [(Kind.ALLOW_EXACT, "ads.example")]),
        ("ads.example", [(EXACT, "ads.example")]),
        ("0.0.0.0 ads.example", [(EXACT, "ads.example")]),
        ("[adblock plus 2.0]", []),
        ("! title", []),
        ("# title", []),
        ("### title ###", []),
        ("##########", []),
    ],
)
def test_rules_that_a_hash_holds(line: str, expected: list[list_names.Item]) -> None:
    assert list(adblock(line)) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("||ads.example^$third-party", reasons.BROWSER),
        ("||ads.example^$~third-party,important", reasons.BROWSER),
        ("||ads.example^$doc,third-party", reasons.BROWSER),
        ("@@||ads.example^$document", reasons.BROWSER),
        ("||ads.example^$flies", reasons.MODIFIER),
        ("||ads.example^$dnstype=NONSENSE", reasons.VALUE),
        ("||ads.example^$dnstype=A|~AAAA", reasons.VALUE),
        ("||ads.example^$dnsrewrite=NOERROR;A;nonsense", reasons.VALUE),
        ("||ads.example^$dnsrewrite", reasons.VALUE),
        ("*$removeparam=utm_source", reasons.BROWSER),
        ("$removeparam=utm_source", reasons.BROWSER),
        ("shop.example$removeparam=ref", reasons.BROWSER),
        ("##.banner", reasons.COSMETIC),
        ("###banner", reasons.COSMETIC),
        ("shop.example##.banner", reasons.COSMETIC),
        ("shop.example###banner", reasons.COSMETIC),
        ("shop.example#@#.banner", reasons.COSMETIC),
        ("shop.example##+js(noop)", reasons.COSMETIC),
        ("||ads.example/banner.js", reasons.URL_PATH),
        ("/banner/ads.", reasons.URL_PATH),
        (r"/^https?:\/\/ads/", reasons.URL_PATH),
        ("/(?=ads)x/", reasons.REGEX_UNHELD),
        ("*", reasons.EVERYTHING),
        ("||^", reasons.EVERYTHING),
        (".ads.", reasons.PATTERN),
        ("-ads-", reasons.PATTERN),
        ("ads*.js", reasons.PATTERN),
        ("ads*", reasons.PATTERN),
        ("||localhost^", list_names.LOCAL),
    ],
)
def test_lines_that_give_no_rule_say_why(line: str, reason: str) -> None:
    assert adblock(line) == ((None, reason),)


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("||ads*.example^", r"(?:^|\.)ads.*\.example$"),
        ("||*cdn.example^", r"cdn\.example$"),
        ("|*app1e*^", "app1e"),
        ("|ads", "^ads"),
        ("||ads.", r"(?:^|\.)ads\."),
        ("||adserver", r"(?:^|\.)adserver"),
        ("-ads.example^", r"\-ads\.example$".replace(r"\-", "-")),
        ("/^ads[0-9]/", "^ads[0-9]"),
        (r"/^ads\D/", r"^ads\D"),
    ],
)
def test_patterns(line: str, pattern: str) -> None:
    found = complex_rule(line)
    assert (found.scope, found.subject) == ("pattern", pattern)


def test_conditions() -> None:
    conditions = "dnstype=A|AAAA,client=10.0.0.7|~'Ann\\'s\\, phone',ctag=~user_child,denyallow=ok.ads.example"
    found = complex_rule(f"||ads.example^${conditions}")
    assert (found.scope, found.subject) == ("suffix", "ads.example")
    assert (found.when.types, found.when.clients, found.when.clients_out) == ((1, 28), ("10.0.0.7",), ("ann's, phone",))
    assert (found.when.tags_out, found.when.spared) == (("user_child",), ("ok.ads.example",))


def test_a_rule_for_every_name_needs_a_condition() -> None:
    assert complex_rule("*$dnstype=~A").scope == "all"
    assert complex_rule("@@*$denyallow=example").allow


def test_what_takes_back_another_rule() -> None:
    found = complex_rule("||ads.example^$badfilter")
    assert found.cancels and not found.important
    assert complex_rule("||ads.example^$important,badfilter").important


def test_a_site_blocked_but_for_some_pages_spares_them() -> None:
    assert complex_rule("||africa^$doc,domain=~nation.africa").when.spared == ("nation.africa",)
    assert complex_rule("||africa^$doc,to=~nation.africa|~x.africa").when.spared == ("nation.africa", "x.africa")
    assert adblock("||africa^$doc,domain=page.example") == ((None, reasons.BROWSER),)


def test_addresses_are_those_of_answers() -> None:
    assert adblock("||192.0.2.7^")[0][0] == Network("192.0.2.7/32")
    assert adblock("@@||192.0.2.7^")[0][0] == Network("192.0.2.7/32", allow=True)


@pytest.mark.parametrize(
    ("line", "options", "expected"),
    [
        ("||ads.example", Options(open_end="skip"), (None, reasons.OPEN_END)),
        ("*.ads.example^", Options(wildcard="yes"), (SUFFIX, "ads.example")),
        ("ads.example", Options(subdomains=True), (SUFFIX, "ads.example")),
        ("||ads.example^$all", Options(whole_site="skip"), (None, reasons.BROWSER)),
    ],
)
def test_a_list_may_be_told_to_read_otherwise(line: str, options: Options, expected: list_names.Item) -> None:
    assert adblock(line, options) == (expected,)


def test_an_open_end_may_mean_the_beginning_of_names() -> None:
    assert complex_rule("||ads.example", Options(open_end="prefix")).subject == r"(?:^|\.)ads\.example"


def test_exceptions_from_rewrites() -> None:
    every, one = complex_rule("@@||a.example^$dnsrewrite"), complex_rule("@@||a.example^$dnsrewrite=192.0.2.7")
    assert every.unrewrites and every.answer == "" and not every.rewrite
    assert one.unrewrites and one.answer == "A 192.0.2.7"


def test_a_name_with_gaps_needs_no_anchors() -> None:
    for line in ("exam*.com", "||exam*.com^"):
        ((complex_rule, _),) = adblock(line)
        assert isinstance(complex_rule, ComplexRule) and complex_rule.subject == r"(?:^|\.)exam.*\.com$"

# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats import list_names
from blocklists.formats.parse import parse
from blocklists.formats.rpz import RpzReader
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ComplexRule, Network
from blocklists.rules.list_options import Options
from blocklists.rules.rule import Kind

ZONE = b"""$TTL 3600
$ORIGIN rpz.example.
@  IN SOA ns.example. admin.example. (
         1 ; serial
         3600 600
         86400 60 )
   IN NS ns.example.
ads.example          CNAME .
*.ads.example        CNAME .
abs.example.rpz.example. 60 IN CNAME .
GOOD.example         CNAME rpz-passthru.
old.example          CNAME old.example.
drop.example         CNAME rpz-drop.
tcp.example          CNAME rpz-tcp-only.
empty.example        CNAME *.
garden.example       CNAME walled.example.
data.example         A 192.168.0.9
                     AAAA fd00::9
text.example         TXT "blocked; ask \xc3\xa4nn"  ; why
null.example         A 0.0.0.0
24.0.2.0.192.rpz-ip  CNAME .
128.7.zz.db8.2001.rpz-ip CNAME rpz-passthru.
32.1.2.0.192.rpz-ip  CNAME *.
32.2.2.0.192.rpz-ip  CNAME rpz-drop.
32.3.2.0.192.rpz-ip  A 9.9.9.9
32.4.2.0.192.rpz-ip  CNAME rpz-tcp-only.
32.5.2.0.192.rpz-ip  CAA 0 issue x
ns.example.rpz-nsdname CNAME .
8.1.2.0.192.rpz-nsip CNAME .
32.1.0.0.10.rpz-client-ip CNAME rpz-drop.
32.2.0.0.10.rpz-client-ip CNAME rpz-passthru.
"""


def test_a_whole_zone() -> None:
    parsed = parse(ZONE)
    held = list(parsed)
    assert parsed.format == "rpz"
    assert held == [
        (Kind.BLOCK_EXACT, "ads.example"),
        (Kind.BLOCK_BELOW, "ads.example"),
        (Kind.BLOCK_EXACT, "abs.example"),
        (Kind.ALLOW_EXACT, "good.example"),
        (Kind.ALLOW_EXACT, "old.example"),
        (Kind.BLOCK_EXACT, "null.example"),
    ]
    named = [said for said in parsed.complex_rules if said.scope == "exact"]
    assert {(said.subject, said.answer) for said in named} == {
        ("drop.example", "drop"),
        ("tcp.example", "tcp"),
        ("empty.example", "nodata"),
        ("garden.example", "CNAME walled.example"),
        ("data.example", "A 192.168.0.9"),
        ("data.example", "AAAA fd00::9"),
        ("text.example", "TXT blocked; ask änn"),
    }
    assert parsed.networks == [Network("192.0.2.0/24"), Network("2001:db8::7/128", allow=True)]
    assert [(said.subject, said.answer) for said in parsed.complex_rules if said.scope == "network"] == [
        ("192.0.2.1/32", "nodata"),
        ("192.0.2.2/32", "drop"),
        ("192.0.2.3/32", "A 9.9.9.9"),
        ("192.0.2.4/32", "tcp"),
    ]
    assert [(said.when.clients, said.allow, said.answer) for said in parsed.complex_rules if said.scope == "all"] == [
        (("10.0.0.1/32",), False, "drop"),
        (("10.0.0.2/32",), True, ""),
    ]
    assert parsed.skipped == {reasons.TRIGGER: 2, reasons.RECORD: 1}


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("1.0.164.165.rpz-ip CNAME .", (None, reasons.NETWORK)),
        ("* CNAME .", (None, reasons.EVERYTHING)),
        ("loc.example LOC nonsense", (None, list_names.NOT_A_NAME)),
        ("caa.example CAA 0 issue x", (None, reasons.RECORD)),
        ("localhost CNAME .", (None, list_names.LOCAL)),
    ],
)
def test_lines_that_give_no_rule_say_why(line: str, item: list_names.Item) -> None:
    assert RpzReader()(line) == (item,)


def test_a_wildcard_may_be_told_to_cover_the_name_itself() -> None:
    read = RpzReader(Options(wildcard="yes"))
    assert read("*.ads.example CNAME .") == ((Kind.BLOCK_SUFFIX, "ads.example"),)
    assert read("*.ads.example. CNAME rpz-passthru.") == ((Kind.ALLOW_SUFFIX, "ads.example"),)


def test_a_wildcard_target_stands_for_the_name() -> None:
    ((said, _),) = RpzReader()("x.example CNAME *.garden.example.")
    assert isinstance(said, ComplexRule) and said.answer == "CNAME *.garden.example"

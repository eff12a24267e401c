# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is and what for: the longest known suffix decides."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.packs import vendor_packs
from blocklists.whose import name_tables
from blocklists.whose.company_table import Company
from blocklists.whose.facts import NOBODY, Correction, Facts, Kind, Purpose, load
from blocklists.whose.statement import Statement

KNOWN = load()
# Twice what any of them takes at first; who attributes a log anew would feel a walk of the tables, some 15,000 rows.
MOST_STEPS = 2000


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("data.mistat.xiaomi.com", "Xiaomi"),
        ("some.new.host.miui.com", "Xiaomi"),
        ("www.google.com", "Google"),
        ("google.com", "Google"),
        ("www.google.ee", "Google"),
        ("stats.g.doubleclick.net", "Google"),
        ("ipv4-c001-ams001-ix.1.oca.nflxvideo.net", "Netflix"),
        ("media.fra3-1.cdn.whatsapp.net", "Meta"),
        ("crashlogs.whatsapp.net", "Meta (WhatsApp)"),
        ("t.appsflyer.com", "AppsFlyer"),
        ("www.appsflyer.com", "AppsFlyer"),
        ("events.cid.samba.tv", "Samba TV"),
        ("log-dre.platform.hihonorcloud.com", "Honor"),
        ("v16-webapp.tiktok.com", "ByteDance"),
        ("grs.dbankcloud.com", "Huawei"),
        ("device-metrics-us.amazon.com", "Amazon"),
        ("settings-win.data.microsoft.com", "Microsoft"),
        ("nas.home.arpa", None),
        ("notgoogle.com", None),
        ("com", None),
        ("", None),
    ],
)
def test_company_of(name: str, company: str | None) -> None:
    assert KNOWN.company_of(name) == KNOWN.of(name).company == company


@pytest.mark.parametrize(
    ("name", "company", "matched"),
    [
        ("e1234.a.akamaiedge.net", None, "akamaiedge.net"),
        ("d111111abcdef8.cloudfront.net", None, "cloudfront.net"),
        ("bucket.s3.eu-west-1.amazonaws.com", None, "s3.eu-west-1.amazonaws.com"),
        ("someone.github.io", None, "github.io"),
        ("home.duckdns.org", None, "duckdns.org"),
        ("app.azurewebsites.net", None, "azurewebsites.net"),
        ("d21rhj7n383afu.cloudfront.net", "JW Player", "d21rhj7n383afu.cloudfront.net"),
        ("www.apple.com.edgekey.net", "Apple", "apple.com.edgekey.net"),
        ("v16.tiktokcdn.com.akamaized.net", "ByteDance", "tiktokcdn.com.akamaized.net"),
        ("isolarcloud.com.w.kunlunsl.com", "Sungrow Power Supply Company", "isolarcloud.com.w.kunlunsl.com"),
        ("cloudfront.net", "Amazon Web Services", "cloudfront.net"),
        ("s3.eu-west-1.amazonaws.com", "Amazon Web Services", "s3.eu-west-1.amazonaws.com"),
        ("sqs.us-east-1.amazonaws.com", "Amazon Web Services", "us-east-1.amazonaws.com"),
    ],
)
def test_a_hosted_name_is_its_customers_or_nobodys(name: str, company: str | None, matched: str) -> None:
    whose = KNOWN.of(name)
    assert (whose.company, whose.matched) == (company, matched)
    assert company or (whose.kind, whose.country) == (Kind.UNKNOWN, None)


@pytest.mark.parametrize(
    ("name", "purpose", "kind"),
    [
        ("data.mistat.xiaomi.com", Purpose.ANALYTICS, Kind.TRACKING),
        ("o.data.mistat.xiaomi.com", Purpose.ANALYTICS, Kind.TRACKING),
        ("sdkconfig.ad.xiaomi.com", Purpose.ADS, Kind.TRACKING),
        ("sentry.pay.xiaomi.com", Purpose.CRASH, Kind.TRACKING),
        ("mtalk.google.com", Purpose.PUSH, Kind.USE),
        ("mesu.apple.com", Purpose.UPDATE, Kind.USE),
        ("de.ot.io.mi.com", Purpose.CLOUD, Kind.USE),
        ("xmpush.xiaomi.com", Purpose.PUSH, Kind.USE),
        ("www.reddit.com", Purpose.CONTENT, Kind.USE),
        ("logs.netflix.com", Purpose.ANALYTICS, Kind.TRACKING),
        ("metrics5.unlisted.samsung.com", Purpose.ANALYTICS, Kind.TRACKING),
        ("cdn.doubleclick.net", Purpose.ADS, Kind.TRACKING),
        ("1.0.168.192.in-addr.arpa", Purpose.INFRASTRUCTURE, Kind.USE),
        ("nobody.knows.example", Purpose.UNKNOWN, Kind.UNKNOWN),
        ("metrics.nobody-knows.example", Purpose.UNKNOWN, Kind.UNKNOWN),
    ],
)
def test_purpose_and_kind(name: str, purpose: Purpose, kind: Kind) -> None:
    assert (KNOWN.of(name).purpose, KNOWN.of(name).kind) == (purpose, kind)


@pytest.mark.parametrize(
    "zone", ["vivoglobal.com", "heytap.com", "oppomobile.com", "snssdk.com", "hicloud.com", "apple.com"]
)
def test_a_makers_domain_says_whose_a_name_in_it_is_and_not_what_for(zone: str) -> None:
    whose = KNOWN.of(f"nobody-described-this.{zone}")
    assert whose.company and (whose.kind, whose.purpose, whose.matched) == (Kind.UNKNOWN, Purpose.UNKNOWN, zone)
    assert KNOWN.of(f"www.{zone}").kind is Kind.USE
    assert KNOWN.of(f"login.{zone}").source == "labels" and KNOWN.of(f"log3.{zone}").kind is Kind.TRACKING


def test_a_use_below_which_a_label_speaks_of_tracking_is_tracking() -> None:
    assert KNOWN.of("telemetry.urs.microsoft.com").kind is Kind.TRACKING
    assert KNOWN.of("x.urs.microsoft.com").kind is Kind.USE


@pytest.mark.parametrize(("name", "country"), [("mi.com", "CN"), ("www.bbc.co.uk", "GB"), ("debian.org", None)])
def test_the_country_of_the_seat(name: str, country: str | None) -> None:
    assert KNOWN.of(name).country == country


def test_every_xiaomi_name_of_the_pack_and_of_its_zones_is_xiaomis() -> None:
    pack = next(pack for pack in vendor_packs.load() if pack.id == "xiaomi")
    names = [row.name for row in pack.names] + list(pack.zones) + [f"new.{zone}" for zone in pack.zones]
    assert {KNOWN.company_of(name) for name in names} == {"Xiaomi"}


# The registrable domains of all names that are known to be asked for by Xiaomi's phones, TVs and apps.
XIAOMIS = (
    "duokanbox.com gitv.tv kuyun.com mi-idc.com mi-img.com mi.com miot-spec.org miui.com miui.net miwifi.com "
    "tjqonline.cn traffic-media.co traffic-media.co.uk xiaomi.com xiaomi.net xiaomixiaoai.com"
)


@pytest.mark.parametrize("domain", [*XIAOMIS.split(), "xiaomi.com.edgesuite.net", "xiaomi.com.ksyna.net"])
def test_every_xiaomi_name_is_xiaomis(domain: str) -> None:
    assert {KNOWN.company_of(name) for name in (domain, f"ad.intl.{domain}", f"a-b1.c.{domain}")} == {"Xiaomi"}


@pytest.mark.parametrize("domain", ["xiaomi.com", "hihonorcloud.com", "adjust.com", "samba.tv", "pubmatic.com"])
def test_a_company_is_still_known_one_label_above_its_blocked_names(domain: str) -> None:
    assert KNOWN.company_of(domain)


LABEL = st.text("abcdefgh0-", min_size=1, max_size=5)
NAME = st.lists(LABEL, min_size=1, max_size=5).map(".".join)


def _facts(domains: dict[str, str], *packs: vendor_packs.Pack, **corrections: Correction) -> Facts:
    companies = [
        Company(company, "DE", Purpose.UNKNOWN, [(domain, True, Statement("companies", company))])
        for domain, company in domains.items()
    ]
    return Facts(
        name_tables.build(companies, list(packs)), {name.replace("_", "."): c for name, c in corrections.items()}
    )


@given(st.dictionaries(NAME, st.sampled_from(["A", "B", "C"]), max_size=8), NAME)
def test_the_longest_suffix_wins(domains: dict[str, str], name: str) -> None:
    above = [domain for domain in domains if name == domain or name.endswith(f".{domain}")]
    longest = max(above, key=len, default=None)
    whose = _facts(domains).of(name)
    assert whose.company == (domains[longest] if longest else None)
    assert whose.matched == (longest or "")


def _pack(*rows: vendor_packs.PackName, zones: tuple[str, ...] = ()) -> vendor_packs.Pack:
    return vendor_packs.Pack("p", "P", "Pack", "About.", zones, rows)


def _row(name: str, scope: str, purpose: str, company: str = "Row") -> vendor_packs.PackName:
    return vendor_packs.PackName(name, scope, "safe", purpose, "none", company, ("x",), "")


def test_a_row_of_a_pack_outweighs_the_table_and_a_name_its_zone() -> None:
    pack = _pack(_row("t.zone.test", "suffix", "ads"), zones=("zone.test",))
    known = _facts({"t.zone.test": "Table", "other.test": "Table"}, pack)
    names = ["t.zone.test", "a.t.zone.test", "zone.test", "other.test"]
    assert [known.company_of(name) for name in names] == ["Row", "Row", "Pack", "Table"]


def test_an_exact_row_names_the_company_below_it_and_nothing_else() -> None:
    known = _facts({}, _pack(_row("a.test", "exact", "push")))
    assert [(whose.company, whose.purpose) for whose in map(known.of, ("a.test", "b.a.test"))] == [
        ("Row", Purpose.PUSH), ("Row", Purpose.UNKNOWN)
    ]  # fmt: skip


def test_a_name_that_leads_to_a_tracker_is_that_trackers() -> None:
    whose = KNOWN.of("metrics.unknown-shop.example", targets=["unknown-shop.sc.omtrdc.net"])
    assert (whose.company, whose.kind, whose.source) == ("Adobe", Kind.TRACKING, "cname")
    assert KNOWN.of("www.unknown-shop.example", targets=["shops.myshopify.com", "x.cloudfront.net"]) == NOBODY
    assert KNOWN.of("ads.pubmatic.com", targets=["www.google-analytics.com"]).company == "PubMatic"


@pytest.mark.parametrize(
    ("name", "lists", "purpose", "source"),
    [
        ("nobody.knows.example", ["tracking"], Purpose.ANALYTICS, "lists"),
        ("nobody.knows.example", ["ads"], Purpose.ADS, "lists"),
        ("nobody.knows.example", ["family", "malware", "doh"], Purpose.UNKNOWN, ""),
        ("px.reddit.com", ["general"], Purpose.ANALYTICS, "lists"),
        ("mtalk.google.com", ["ads"], Purpose.PUSH, "pack:google"),  # said of this very name
        ("data.mistat.xiaomi.com", ["ads"], Purpose.ANALYTICS, "pack:xiaomi"),
    ],
)
def test_lists_that_hold_a_name_speak_where_nothing_nearer_does(
    name: str, lists: list[str], purpose: Purpose, source: str
) -> None:
    whose = KNOWN.of(name, lists=lists)
    assert (whose.purpose, whose.source) == (purpose, source)


def test_a_correction_counts_more_than_any_table_and_fills_the_rest_from_them() -> None:
    pack = _pack(_row("t.zone.test", "suffix", "ads"), zones=("zone.test",))
    known = _facts(
        {"other.test": "Table"}, pack,
        zone_test=Correction(below=True, company="Table"), t_zone_test=Correction(below=False, kind=Kind.USE),
    )  # fmt: skip
    assert (known.of("x.zone.test").company, known.of("x.zone.test").country) == ("Table", "DE")
    assert (known.of("t.zone.test").company, known.of("t.zone.test").kind) == ("Row", Kind.USE)
    assert (known.of("a.t.zone.test").company, known.of("a.t.zone.test").kind) == ("Table", Kind.TRACKING)
    assert known.of("other.test").source == "companies"
    assert known.of("x.zone.test").source == "correction"
    assert _facts({}, a_test=Correction(below=True, purpose=Purpose.CRASH)).of("a.test").kind is Kind.TRACKING


def test_the_version_changes_with_what_is_said() -> None:
    assert _facts({"a.test": "A"}).version == _facts({"a.test": "A"}).version
    others = [
        _facts({"a.test": "B"}),
        _facts({}, _pack(_row("a.test", "exact", "push"))),
        _facts({}, _pack(_row("a.test", "exact", "ads"))),
        _facts({"a.test": "A"}, a_test=Correction(below=True, company="B")),
        _facts({"a.test": "A"}, a_test=Correction(below=False, company="B")),
    ]
    assert len({known.version for known in [_facts({"a.test": "A"}), *others]}) == 6


def test_a_lookup_looks_at_no_more_than_the_name() -> None:
    names = ["a.b.c.unknown.example", "metrics5.x.samsung.com", "www.netflix.com", "x.cloudfront.net"]
    assert max(map(_steps, names)) < MOST_STEPS


def _steps(name: str) -> int:
    """How many steps of the interpreter a look-up takes; a time would be the machine's."""
    steps = 0

    def count(frame: FrameType, event: str, _: object) -> Any:
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        KNOWN.of(name)
    finally:
        sys.settrace(before)
    return steps

# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is: the longest known suffix decides, and the data agrees with itself."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.packs import vendor_packs
from blocklists.packs.companies import Companies, CompaniesError, build, load, parse

KNOWN = load()
DOMAINS = parse((files("blocklists") / "companies.tsv").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("data.mistat.xiaomi.com", "Xiaomi"),
        ("some.new.host.miui.com", "Xiaomi"),
        ("www.google.com", "Google"),
        ("google.com", "Google"),
        ("stats.g.doubleclick.net", "Google"),
        ("ipv4-c001-ams001-ix.1.oca.nflxvideo.net", "Netflix"),
        ("e1234.a.akamaiedge.net", "Akamai"),
        ("media.fra3-1.cdn.whatsapp.net", "Meta"),
        ("crashlogs.whatsapp.net", "Meta (WhatsApp)"),
        ("t.appsflyer.com", "AppsFlyer"),
        ("www.appsflyer.com", "AppsFlyer"),
        ("events.cid.samba.tv", "Samba TV"),
        ("log-dre.platform.hihonorcloud.com", "Honor"),
        ("v16-webapp.tiktok.com", "ByteDance"),
        ("grs.dbankcloud.com", "Huawei"),
        ("device-metrics-us.amazon.com", "Amazon"),
        ("s3.eu-west-1.amazonaws.com", "Amazon Web Services"),
        ("settings-win.data.microsoft.com", "Microsoft"),
        ("nas.home.arpa", None),
        ("notgoogle.com", None),
        ("com", None),
        ("", None),
    ],
)
def test_company_of(name: str, company: str | None) -> None:
    assert KNOWN.company_of(name) == company


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("data.mistat.xiaomi.com", "analytics"),
        ("o.data.mistat.xiaomi.com", "analytics"),
        ("sdkconfig.ad.xiaomi.com", "ads"),
        ("sentry.pay.xiaomi.com", "crash"),
        ("mtalk.google.com", "push"),
        ("mesu.apple.com", "update"),
        ("de.ot.io.mi.com", "cloud"),
        ("xmpush.xiaomi.com", "push"),
        ("unlisted.xmpush.xiaomi.com", None),  # an exact rule says nothing of what is below it
        ("www.xiaomi.com", None),
    ],
)
def test_purpose_of(name: str, purpose: str | None) -> None:
    assert KNOWN.purpose_of(name) == purpose


def test_there_are_enough_companies_to_name_an_ordinary_evening() -> None:
    assert len(DOMAINS) >= 600
    assert len(set(DOMAINS.values())) >= 200


def test_domains_are_names_and_no_company_is_written_in_two_ways() -> None:
    for domain in DOMAINS:
        assert domain == domain.lower().strip(". "), domain
    in_packs = {row.company or pack.company for pack in vendor_packs.load() for row in pack.names}
    spellings = in_packs | set(DOMAINS.values())
    assert len({company.casefold() for company in spellings}) == len(spellings)


def test_a_zone_of_a_pack_stands_in_the_pack_alone() -> None:
    assert {zone for pack in vendor_packs.load() for zone in pack.zones} & set(DOMAINS) == set()


def test_rows_of_packs_of_several_companies_say_whose_they_are() -> None:
    for pack in vendor_packs.load():
        if not pack.zones:
            assert all(row.company for row in pack.names), pack.id


@pytest.mark.parametrize("domain", ["xiaomi.com", "hihonorcloud.com", "adjust.com", "samba.tv", "pubmatic.com"])
def test_a_company_is_still_known_one_label_above_its_blocked_names(domain: str) -> None:
    assert KNOWN.company_of(domain)


LABEL = st.text("abcdefgh0-", min_size=1, max_size=5)
NAME = st.lists(LABEL, min_size=1, max_size=5).map(".".join)


@given(st.dictionaries(NAME, st.sampled_from(["A", "B", "C"]), max_size=8), NAME)
def test_the_longest_suffix_wins(domains: dict[str, str], name: str) -> None:
    above = [domain for domain in domains if name == domain or name.endswith(f".{domain}")]
    expected = domains[max(above, key=len)] if above else None
    assert build(domains, ()).company_of(name) == expected


def test_a_row_of_a_pack_outweighs_its_zone_and_the_zone_the_table() -> None:
    row = vendor_packs.PackName("t.zone.test", "suffix", "safe", "ads", "none", "Row", ("x",), "")
    pack = vendor_packs.Pack("p", "P", "Pack", "About.", ("zone.test",), (row,))
    known: Companies = build({"zone.test": "Table", "t.zone.test": "Table", "other.test": "Table"}, (pack,))
    names = ["t.zone.test", "a.t.zone.test", "zone.test", "other.test"]
    assert [known.company_of(name) for name in names] == ["Row", "Row", "Pack", "Table"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a.com", "not a domain"),
        ("a.com\t", "not a domain"),
        ("a.com\tA\tB", "not a domain"),
        ("b.com\tB\na.com\tA", "line 2: a.com stands there twice or out of order"),
        ("a.com\tB\na.com\tA", "line 2: a.com stands there twice or out of order"),
    ],
)
def test_a_bad_line_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CompaniesError, match=reason):
        parse(text)

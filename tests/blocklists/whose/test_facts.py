# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is and what for: the longest known suffix decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.packs import vendor_packs
from blocklists.whose.facts import Facts, Kind, Purpose, build, load

KNOWN = load()


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
    assert KNOWN.company_of(name) == KNOWN.of(name).company == company


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
        ("nobody.knows.example", Purpose.UNKNOWN, Kind.UNKNOWN),
    ],
)
def test_purpose_and_kind(name: str, purpose: Purpose, kind: Kind) -> None:
    assert (KNOWN.of(name).purpose, KNOWN.of(name).kind) == (purpose, kind)


@pytest.mark.parametrize("domain", ["xiaomi.com", "hihonorcloud.com", "adjust.com", "samba.tv", "pubmatic.com"])
def test_a_company_is_still_known_one_label_above_its_blocked_names(domain: str) -> None:
    assert KNOWN.company_of(domain)


LABEL = st.text("abcdefgh0-", min_size=1, max_size=5)
NAME = st.lists(LABEL, min_size=1, max_size=5).map(".".join)


@given(st.dictionaries(NAME, st.sampled_from(["A", "B", "C"]), max_size=8), NAME)
def test_the_longest_suffix_wins(domains: dict[str, str], name: str) -> None:
    above = [domain for domain in domains if name == domain or name.endswith(f".{domain}")]
    longest = max(above, key=len, default=None)
    whose = build(domains, ()).of(name)
    assert whose.company == (domains[longest] if longest else None)
    assert whose.matched == (longest or "")


def _pack(*rows: vendor_packs.PackName, zones: tuple[str, ...] = ()) -> vendor_packs.Pack:
    return vendor_packs.Pack("p", "P", "Pack", "About.", zones, rows)


def _row(name: str, scope: str, purpose: str, company: str = "Row") -> vendor_packs.PackName:
    return vendor_packs.PackName(name, scope, "safe", purpose, "none", company, ("x",), "")


def test_a_row_of_a_pack_outweighs_its_zone_and_the_zone_the_table() -> None:
    pack = _pack(_row("t.zone.test", "suffix", "ads"), zones=("zone.test",))
    known: Facts = build({"zone.test": "Table", "t.zone.test": "Table", "other.test": "Table"}, (pack,))
    names = ["t.zone.test", "a.t.zone.test", "zone.test", "other.test"]
    assert [known.company_of(name) for name in names] == ["Row", "Row", "Pack", "Table"]


def test_an_exact_row_names_the_company_below_it_and_nothing_else() -> None:
    known = build({}, (_pack(_row("a.test", "exact", "push")),))
    assert [(whose.company, whose.purpose) for whose in map(known.of, ("a.test", "b.a.test"))] == [
        ("Row", Purpose.PUSH), ("Row", Purpose.UNKNOWN)
    ]  # fmt: skip


def test_the_version_changes_with_what_is_said() -> None:
    assert build({"a.test": "A"}, ()).version == build({"a.test": "A"}, ()).version
    assert build({"a.test": "A"}, ()).version != build({"a.test": "B"}, ()).version
    assert (
        build({}, (_pack(_row("a.test", "exact", "push")),)).version
        != build({}, (_pack(_row("a.test", "exact", "ads")),)).version
    )

# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor packs keep their promises: what each level blocks, what none blocks, and where each row is from."""

import re
from importlib.resources import files

import pytest

from blocklists.packs.vendor_packs import Pack, PackError, PackName, load, names_at, of_list, parse
from store.config.choices import PackLevel

PACKS = {pack.id: pack for pack in load()}
ROWS = [(pack, row) for pack in PACKS.values() for row in pack.names]

EXPECTED = "amazon apple google huawei lg meta microsoft oppo roku samsung sdk sony tiktok tuya tv vivo xiaomi"

# What public reports on Xiaomi phones name.
XIAOMI_SAFE = """
    data.mistat.xiaomi.com data.mistat.intl.xiaomi.com data.mistat.india.xiaomi.com data.mistat.rus.xiaomi.com
    tracking.miui.com tracking.intl.miui.com tracking.india.miui.com tracking.rus.miui.com
    sa.api.intl.miui.com api.ad.xiaomi.com sdkconfig.ad.xiaomi.com sdkconfig.ad.intl.xiaomi.com
    sdkconfig.ad.india.xiaomi.com sdkconfig.ad.rus.xiaomi.com o.data.mistat.xiaomi.com abtest.mistat.xiaomi.com
"""

# Without these a Mi Home device goes offline, or its owner is locked out.
XIAOMI_HOME = """
    ot.io.mi.com ots.io.mi.com ott.io.mi.com de.ot.io.mi.com sg.ots.io.mi.com api.io.mi.com de.api.io.mi.com
    ha.api.io.mi.com business.smartcamera.api.io.mi.com processor.smartcamera.api.io.mi.com cn-ha.mqtt.io.mi.com
    account.xiaomi.com api2.mina.mi.com
"""

NEVER_BELOW_EVERYTHING = {
    "connectivity checks": """connectivitycheck.gstatic.com connectivitycheck.android.com clients3.google.com
        www.msftconnecttest.com www.msftncsi.com dns.msftncsi.com ipv6.msftconnecttest.com captive.apple.com
        connect.rom.miui.com connect.intl.rom.miui.com detectportal.firefox.com connectivitycheck.platform.hicloud.com
        nmcheck.gnome.org spectrum.s3.amazonaws.com fireoscaptiveportal.com lcprd1.samsungcloudsolution.net""",
    "clocks": """time.apple.com time.google.com time.windows.com time.android.com pool.ntp.org ntp.ubuntu.com
        time.samsungcloudsolution.com asia-timesync.vivoglobal.com time.cloudflare.com""",
    "sign-in": """accounts.google.com appleid.apple.com idmsa.apple.com gsa.apple.com login.live.com
        login.microsoftonline.com account.samsung.com auth.samsungosp.com account.xiaomi.com graph.facebook.com
        api.amazon.com oauth2.googleapis.com id.heytap.com my.roku.com""",
    "app stores": """play.google.com play.googleapis.com android.clients.google.com apps.apple.com itunes.apple.com
        storeedgefd.dsx.mp.microsoft.com app.market.xiaomi.com galaxystore.samsung.com channelstore.roku.com""",
    "push": """mtalk.google.com alt1-mtalk.google.com mtalk4.google.com push.apple.com courier.push.apple.com
        1-courier.push.apple.com client.wns.windows.com register.xmpush.xiaomi.com fcm.googleapis.com
        device-messaging-na.amazon.com""",
    "updates": """mesu.apple.com swscan.apple.com gdmf.apple.com gs.apple.com download.windowsupdate.com
        fe2.update.microsoft.com sls.update.microsoft.com update.miui.com ota.googlezip.net
        otnprd8.samsungcloudsolution.net update.intl.miui.com snu.lge.com""",
    "messaging and calls": """web.whatsapp.com g.whatsapp.net mmx-ds.cdn.whatsapp.net api.telegram.org signal.org
        teams.microsoft.com edge-chat.facebook.com mqtt.c10r.facebook.com gateway.icloud.com zoom.us""",
    "what people came for": """www.youtube.com googlevideo.com www.netflix.com api.tiktokv.com www.tiktok.com
        www.instagram.com www.amazon.com outlook.office365.com www.icloud.com www.xiaomi.com www.roku.com""",
}


def _judge(pack: Pack, level: str, name: str) -> PackName | None:
    """The row that blocks `name` at `level`, by the plain rule: itself, or a suffix above it."""
    rows = {row.name: row for row in names_at(pack, level)}
    labels = name.split(".")
    for start in range(len(labels)):
        row = rows.get(".".join(labels[start:]))
        if row and (start == 0 or row.scope == "suffix"):
            return row
    return None


def _registrable_pack_zones() -> set[str]:
    return {zone for pack in PACKS.values() for zone in pack.zones}


def test_every_expected_pack_is_there_with_a_text_for_people() -> None:
    assert list(PACKS) == EXPECTED.split()
    for pack in PACKS.values():
        assert pack.names, pack.id
        assert pack.about.endswith(".") and pack.blocklist_id == f"pack:{pack.id}"
        assert list(pack.zones) == sorted(set(pack.zones)), pack.id


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.id)
def test_levels_nest(pack: Pack) -> None:
    safe, strict, everything = (set(names_at(pack, level)) for level in PackLevel)
    assert safe and safe <= strict <= everything == set(pack.names)


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.id)
def test_no_row_repeats_what_a_rule_above_it_says(pack: Pack) -> None:
    rows = {row.name: row for row in pack.names}
    for row in pack.names:
        labels = row.name.split(".")
        for start in range(1, len(labels)):
            above = rows.get(".".join(labels[start:]))
            if above and above.scope == "suffix":
                # A lower level above would make this row's level a lie; at the same level it must say more.
                assert row.level in PackLevel(above.level).within, f"{row.name} under {above.name}"
                assert above.level != row.level or (row.note and row.note != above.note), f"{row.name}: fold it"


def test_high_breakage_is_never_below_everything_and_safe_breaks_nothing() -> None:
    for pack, row in ROWS:
        if row.breakage == "high":
            assert row.level == "everything", f"{pack.id}: {row.name}"
        if row.level == "safe":
            assert row.breakage == "none", f"{pack.id}: {row.name}"
            assert row.purpose in {"analytics", "ads", "crash", "config"}, f"{pack.id}: {row.name} {row.purpose}"


def test_what_may_break_is_said_in_a_sentence() -> None:
    for pack, row in ROWS:
        if row.breakage != "none":
            assert row.note, f"{pack.id}: {row.name}"
        if row.note:
            assert row.note[0].isupper() or row.note.startswith(("iPhone", "iCloud")), row.note
            assert row.note.endswith("."), row.note


def test_no_zone_of_a_company_is_a_suffix_rule_in_any_pack() -> None:
    zones = _registrable_pack_zones()
    assert [row.name for _, row in ROWS if row.scope == "suffix" and row.name in zones] == []


def test_sources_are_defined_and_used() -> None:
    text = (files("blocklists") / "vendors" / "SOURCES.md").read_text(encoding="utf-8")
    defined = set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.MULTILINE))
    assert {source for _, row in ROWS for source in row.sources} == defined


def test_packs_do_not_disagree_on_a_name() -> None:
    seen: dict[str, str] = {}
    for pack, row in ROWS:
        assert seen.setdefault(row.name, pack.id) == pack.id, f"{row.name} stands in {seen[row.name]} and {pack.id}"


@pytest.mark.parametrize("name", XIAOMI_SAFE.split())
def test_xiaomi_blocks_at_safe_what_public_reports_name(name: str) -> None:
    assert _judge(PACKS["xiaomi"], "safe", name)


@pytest.mark.parametrize("name", XIAOMI_HOME.split())
def test_xiaomi_takes_no_mi_home_device_offline_below_everything(name: str) -> None:
    assert _judge(PACKS["xiaomi"], "strict", name) is None
    row = _judge(PACKS["xiaomi"], "everything", name)
    assert row and row.breakage == "high" and row.note


def test_xiaomi_is_covered_in_depth() -> None:
    assert len(PACKS["xiaomi"].names) >= 200


def test_withdrawing_consent_keeps_working_below_everything() -> None:
    assert _judge(PACKS["xiaomi"], "strict", "data.sec.miui.com") is None
    row = _judge(PACKS["xiaomi"], "everything", "data.sec.miui.com")
    assert row and "consent" in row.note


@pytest.mark.parametrize("kind", NEVER_BELOW_EVERYTHING)
def test_what_nobody_wants_to_lose_is_never_blocked_below_everything(kind: str) -> None:
    for name in NEVER_BELOW_EVERYTHING[kind].split():
        for pack in PACKS.values():
            row = _judge(pack, "strict", name)
            assert row is None, f"{name} is blocked by {row.name if row else ''} of {pack.id}"


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(PackError, match="levels are safe, strict, everything"):
        names_at(PACKS["xiaomi"], "gentle")


GOOD = "a.example.com\tsuffix\tsafe\tads\tnone\t\tx,y\t"


def test_a_good_line_is_read() -> None:
    assert parse(f"# head\n{GOOD}\n", "t.tsv") == (
        PackName("a.example.com", "suffix", "safe", "ads", "none", "", ("x", "y"), ""),
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a.example.com\tsuffix", "2 columns instead of 8"),
        (GOOD.replace("a.ex", "A.ex"), "no name in lower case"),
        (GOOD.replace(".com", ".com."), "no name in lower case"),
        (GOOD.replace("suffix", "below"), "'below' is none of exact, suffix"),
        (GOOD.replace("safe", "gentle"), "'gentle' is none of safe"),
        (GOOD.replace("\tads", "\tfun"), "'fun' is none of"),
        (GOOD.replace("none", "some"), "'some' is none of"),
        (GOOD.replace("x,y", ""), "no source"),
        (GOOD.replace("x,y", "x,"), "no source"),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_reason(line: str, reason: str) -> None:
    with pytest.raises(PackError, match=re.escape("t.tsv, line 2: ")) as caught:
        parse(f"# head\n{line}\n", "t.tsv")
    assert reason in str(caught.value)


@pytest.mark.parametrize(("second", "what"), [("a.example.com", "twice"), ("0.example.com", "out of order")])
def test_lines_are_sorted_and_single(second: str, what: str) -> None:
    with pytest.raises(PackError, match=what):
        parse(f"{GOOD}\n{GOOD.replace('a.example.com', second)}\n", "t.tsv")


def test_one_pack_is_read_by_the_id_of_its_list() -> None:
    assert {pack_id: of_list(f"pack:{pack_id}") for pack_id in PACKS} == PACKS
    assert [of_list(other) for other in ("xiaomi", "pack:", "pack:nobody", "general-large", "")] == [None] * 5

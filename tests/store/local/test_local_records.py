# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as people write them: kept tidied, or refused in a sentence."""

from __future__ import annotations

import pytest

from store.local.local_records import MAX_CHAIN, MAX_PER_NAME, LocalRecord, RecordSet, check, covering, existing


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (("NAS.Lan.", "a", " 192.168.1.5 "), "nas.lan A 192.168.1.5"),
        (("nas", "AAAA", "FD00:0::5"), "nas AAAA fd00::5"),
        (("*.Lab.lan", "A", "192.168.1.5"), "*.lab.lan A 192.168.1.5"),
        (("küche.lan", "CNAME", "Nas.Lan."), "xn--kche-0ra.lan CNAME nas.lan"),
        (("192.168.1.5", "PTR", "nas.lan"), "5.1.168.192.in-addr.arpa PTR nas.lan"),
        (("5.1.168.192.in-addr.arpa", "PTR", "nas.lan"), "5.1.168.192.in-addr.arpa PTR nas.lan"),
        (("_sip._tcp.lan", "SRV", "1 2 5060 pbx.lan"), "_sip._tcp.lan SRV 1 2 5060 pbx.lan"),
        (("lan", "MX", "10 mail.lan"), "lan MX 10 mail.lan"),
        (("lan", "TXT", '"v=spf1 -all"'), "lan TXT v=spf1 -all"),
        (("nas.lan", "HTTPS", "1 . alpn=h2,h3"), "nas.lan HTTPS 1 . alpn=h2,h3"),
        (("*.test", "A", "127.0.0.1"), "*.test A 127.0.0.1"),
    ],
)  # fmt: skip
def test_a_record_is_tidied(written: tuple[str, str, str], kept: str) -> None:
    assert str(check(*written)) == kept


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (("nas.lan", "SOA", "x"), "no type of a local record"),
        (("nas.lan", "A", "fd00::5"), "no IPv4 address"),
        (("nas.lan", "A", ""), "needs a value"),
        (("nas.lan", "AAAA", "192.168.1.5"), "no IPv6 address"),
        (("nas lan", "A", "192.168.1.5"), "no valid name"),
        (("", "A", "192.168.1.5"), "empty"),
        (("*.de", "A", "192.168.1.5"), "take away names of others"),
        (("*.co.uk", "A", "192.168.1.5"), "take away names of others"),
        (("*", "A", "192.168.1.5"), "no valid name"),
        (("x.*.lan", "A", "192.168.1.5"), "no valid name"),
        (("localhost", "A", "192.168.1.5"), "each machine's own"),
        (("nas.lan", "CNAME", "nas.lan"), "cannot lead to itself"),
        (("nas.lan", "CNAME", "*.lan"), "no name that a record can lead to"),
        (("nas.lan", "SRV", "1 2 pbx.lan"), "lacks a field"),
        (("nas.lan", "SRV", "1 2 70000 pbx.lan"), "above 65535"),
        (("nas.lan", "TXT", "a\x07b"), "printable"),
        (("nas.lan", "TXT", "x" * 1001), "at most 1000 characters"),
        (("nas.lan", "HTTPS", "1"), "lacks a field"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_in_a_sentence(written: tuple[str, str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check(*written)


def among(*texts: str) -> RecordSet:
    return RecordSet(LocalRecord(*text.split(" ", 2)) for text in texts)


@pytest.mark.parametrize(
    ("others", "new", "sentence"),
    [
        (["a.lan A 192.0.2.1"], "a.lan A 192.0.2.1", "already"),
        (["a.lan A 192.0.2.1"], "a.lan CNAME b.lan", "a CNAME stands alone"),
        (["a.lan CNAME b.lan"], "a.lan A 192.0.2.1", "a CNAME stands alone"),
        (["a.lan CNAME b.lan"], "a.lan CNAME c.lan", "a CNAME stands alone"),
        (["a.lan CNAME b.lan"], "b.lan CNAME a.lan", "in a circle"),
        (["a.lan CNAME b.lan", "b.lan CNAME c.lan"], "c.lan CNAME a.lan", "in a circle"),
        (["*.lab.lan CNAME x.lan"], "x.lan CNAME y.lab.lan", "in a circle"),
        ([], "*.lab.lan CNAME x.lab.lan", "in a circle"),
        ([f"h{n}.lan CNAME h{n + 1}.lan" for n in range(1, MAX_CHAIN)], "h0.lan CNAME h1.lan", "more than"),
        ([f"a.lan A 192.0.2.{n}" for n in range(MAX_PER_NAME)], "a.lan A 192.0.3.1", "at most"),
    ],
)  # fmt: skip
def test_what_cannot_stand_beside_the_others(others: list[str], new: str, sentence: str) -> None:
    records = among(*others)
    with pytest.raises(ValueError, match=sentence):
        records.add(LocalRecord(*new.split(" ", 2)))


def test_what_can() -> None:
    records = among("a.lan A 192.0.2.1", "to.lan CNAME a.lan")
    more = ("a.lan A 192.0.2.2", "a.lan TXT x", "*.lan CNAME a.lan", "b.lan CNAME a.lan", "c.lan CNAME www.example.com")
    for text in more:
        records.add(LocalRecord(*text.split(" ", 2)))


def test_a_known_name_shadows_the_wildcard_and_all_below_it() -> None:
    """RFC 4592 section 2.2.1, in small."""
    names = {"*.lan": 1, "nas.lan": 1, "a.b.lan": 1}
    between = existing(names)
    asked = ("tv.lan", "x.y.lan", "nas.lan", "b.lan", "x.b.lan", "x.nas.lan", "lan")
    assert {name: covering(names, between, name) for name in asked} == {
        "tv.lan": "*.lan", "x.y.lan": "*.lan", "nas.lan": None, "b.lan": None, "x.b.lan": None, "x.nas.lan": None,
        "lan": None,
    }  # fmt: skip

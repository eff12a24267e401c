# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config.upstream_specs import UpstreamSpec, check_bootstrap, check_upstream, is_encrypted, read_upstream


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("9.9.9.9", UpstreamSpec("udp", "9.9.9.9", 53)),
        ("9.9.9.9:5353", UpstreamSpec("udp", "9.9.9.9", 5353)),
        ("2620:fe::fe", UpstreamSpec("udp", "2620:fe::fe", 53)),
        ("[2620:fe::fe]:54", UpstreamSpec("udp", "2620:fe::fe", 54)),
        ("tcp://9.9.9.9:853", UpstreamSpec("tcp", "9.9.9.9", 853)),
        ("tls://9.9.9.9#dns.quad9.net", UpstreamSpec("tls", "9.9.9.9", 853, "dns.quad9.net")),
        ("TLS://Dns.Quad9.net.", UpstreamSpec("tls", "dns.quad9.net", 853, "dns.quad9.net")),
        ("tls://9.9.9.9", UpstreamSpec("tls", "9.9.9.9", 853, "9.9.9.9")),
        ("tls://[2620:fe::fe]:8853#a.example", UpstreamSpec("tls", "2620:fe::fe", 8853, "a.example")),
        ("https://dns.quad9.net", UpstreamSpec("https", "dns.quad9.net", 443, "dns.quad9.net", "/dns-query")),
        ("https://a.example:8443/x/y{?dns}", UpstreamSpec("https", "a.example", 8443, "a.example", "/x/y")),
        ("https://1.1.1.1/q#one.one.one.one", UpstreamSpec("https", "1.1.1.1", 443, "one.one.one.one", "/q")),
        ("quic://dns.adguard-dns.com", UpstreamSpec("quic", "dns.adguard-dns.com", 853, "dns.adguard-dns.com")),
    ],
)
def test_a_spec_is_read_as_people_write_it(text: str, spec: UpstreamSpec) -> None:
    assert read_upstream(text) == spec
    assert check_upstream(f" {text} ") == text and is_encrypted(text) == spec.encrypted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ftp://9.9.9.9", "unknown; use udp://"),
        ("h3://dns.example.net", "not spoken"),
        ("sdns://AgcAAAAA", "not spoken"),
        ("dns.quad9.net", "no IP address"),
        ("9.9.9.9#dns.quad9.net", "no IP address"),
        ("9.9.9.9:0", "port 0"),
        ("0.0.0.0", "no server's address"),
        ("[::]:53", "no server's address"),
        ("::ffff:0.0.0.0", "no server's address"),
        ("tls://224.0.0.251", "no server's address"),
        ("9.9.9.9:99999", "no valid port"),
        ("[2620:fe::fe]x", "no valid port"),
        ("tls://9.9.9.9:", "no valid port"),
        ("tls://", "no name of a server"),
        ("tls://quad9", "no name of a server"),
        ("tls://münchen.example", "no name of a server"),
        ("tls://9.9.9.9#", "no name of a server"),
        ("https://user@dns.example.net/", "no name of a server"),
        ("https://dns.example.net/a b", "characters"),
        ("https://dns.example.net/" + "a" * 300, "at most"),
        ("", "no IP address"),
    ],
)
def test_what_is_no_upstream_says_what_would_do(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_upstream(text)


def test_whoever_is_asked_for_addresses_has_one() -> None:
    for text in ("9.9.9.9", "tls://9.9.9.9#dns.quad9.net", "https://[2620:fe::fe]/dns-query"):
        assert check_bootstrap(f" {text} ") == text
    for text, words in (("tls://dns.quad9.net", "looked up itself"), ("dns.quad9.net", "no IP address")):
        with pytest.raises(ValueError, match=words):
            check_bootstrap(text)


@given(st.text(alphabet="0123456789.:[]abcdeftlshqui/#%{?}@-_ ²١\n") | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        spec = read_upstream(text)
    except ValueError:
        return
    assert 0 < spec.port < 65_536 and spec.host and (not spec.encrypted or spec.name)

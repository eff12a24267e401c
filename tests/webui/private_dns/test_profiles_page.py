# SPDX-License-Identifier: GPL-3.0-or-later
"""What a phone fetches that is not logged in: profiles, and the authority; nothing secret."""

import plistlib
import time
from typing import Any

import pytest
from lived_in_home import Visitor
from made_certificates import made

from store.certificates import certificate_files, home_certificate
from store.config.known_settings import Settings
from webui.private_dns import profiles_page

BOUND = {"dot": ("0.0.0.0:853",), "https": ("0.0.0.0:443",)}


@pytest.fixture
def serving(stranger: Visitor, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Somebody who is not logged in, where encrypted DNS is served with the home's certificate."""
    home_certificate.make(stranger.home.state, Settings(), time.time())
    monkeypatch.setattr(profiles_page, "bound", lambda ui: BOUND)
    return stranger


def payload(data: bytes) -> dict[str, Any]:
    """What a signed profile sets."""
    start, end = data.index(b"<?xml"), data.index(b"</plist>") + len(b"</plist>")
    return plistlib.loads(data[start:end])["PayloadContent"][0]  # type: ignore[no-any-return]


def test_profiles_are_signed_and_say_where_the_home_is(serving: Any) -> None:
    answer = serving.get("/apple/dot.mobileconfig?device=k3v9")
    assert answer.headers["content-type"] == "application/x-apple-aspen-config"
    assert answer.content[0] == 0x30, "signed (CMS in DER)"
    dns = payload(answer.content)["DNSSettings"]
    assert (dns["DNSProtocol"], dns["ServerName"]) == ("TLS", "k3v9.telltale.home.arpa")
    assert all(not address.startswith("127.") for address in dns.get("ServerAddresses", []))
    dns = payload(serving.get("/apple/doh.mobileconfig").content)["DNSSettings"]
    assert (dns["DNSProtocol"], dns["ServerURL"]) == ("HTTPS", "https://telltale.home.arpa/dns-query")


def test_away_from_home_alone(serving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles_page, "_own_addresses", lambda: ["10.0.0.1"])
    rules = payload(serving.get("/apple/doh.mobileconfig?at=away").content)["OnDemandRules"]
    assert rules[0] == {"Action": "Disconnect", "DNSServerAddressMatch": ["10.0.0.1"]}
    assert "OnDemandRules" not in payload(serving.get("/apple/doh.mobileconfig").content)


def test_a_public_name_is_looked_up_and_has_no_address(serving: Any) -> None:
    own = made(begin=time.time() - 60)
    certificate_files.write(serving.home.state, certificate_files.OWN, own.key + own.pem)
    dns = payload(serving.get("/apple/doh.mobileconfig?device=k3v9").content)["DNSSettings"]
    assert dns == {"DNSProtocol": "HTTPS", "ServerURL": "https://dns.example.net/dns-query/k3v9"}
    refused = serving.get("/apple/dot.mobileconfig?device=k3v9")
    assert refused.status_code == 422 and "no names below dns.example.net" in refused.text


@pytest.mark.parametrize("word", ["UPPER", "a b", "-a", "a.b", "ä", "<b>"])
def test_what_is_no_word_is_refused(serving: Any, word: str) -> None:
    assert serving.get("/apple/doh.mobileconfig", params={"device": word}).status_code == 422


def test_the_authority_is_handed_out_and_its_key_is_not(serving: Any) -> None:
    answer = serving.get("/certificate/authority.crt")
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    assert answer.content == (serving.home.state / "tls" / "ca.pem").read_bytes() and b"PRIVATE" not in answer.content
    assert serving.get("/certificate/ca.key").status_code == 404


def test_where_nothing_is_served_it_is_said(stranger: Any) -> None:
    assert stranger.get("/apple/doh.mobileconfig").status_code == 422
    assert stranger.get("/certificate/authority.crt").status_code == 422

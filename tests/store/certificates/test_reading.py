# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a certificate, and that no text of a stranger's harms a page or a terminal."""

import pytest
from cryptography.hazmat.primitives import hashes
from made_certificates import NOW, made

from store.certificates import reading
from store.certificates.certificate_errors import CertificateError

ROOT = made("Root", authority=True)
NAMES, ADDRESSES = ("dns.example.net", "*.DNS.example.net"), ("10.0.0.1", "fd00::1")
SERVER = made(names=NAMES, addresses=ADDRESSES, signed_by=ROOT, kind="rsa")


def test_what_stands_in_it() -> None:
    facts = reading.read(SERVER.pem + ROOT.pem, SERVER.key)
    assert (facts.title, facts.issuer, facts.key_kind) == ("dns.example.net", "Root", "RSA 2048")
    assert facts.names == ("dns.example.net", "*.dns.example.net")
    assert facts.addresses == ("10.0.0.1", "fd00::1")
    assert (facts.begin, facts.until) == (NOW - 86_400, NOW + 89 * 86_400)
    assert facts.fingerprint == SERVER.parsed.fingerprint(hashes.SHA256()).hex() == reading.fingerprint(SERVER.pem)
    assert [(link.subject, link.signed_by_next) for link in facts.chain] == [("dns.example.net", True), ("Root", False)]
    assert facts.fits and facts.for_servers and not (facts.weak or facts.self_signed or facts.is_authority)


def test_a_key_of_another_certificate_does_not_fit() -> None:
    assert not reading.read(SERVER.pem, ROOT.key).fits


def test_a_title_is_shown_in_one_line() -> None:
    evil = made("a\x1b[31m\nb" + "x" * 50)
    assert reading.read(evil.pem, evil.key).title == "a[31mb" + "x" * 50


@pytest.mark.parametrize("cut", [40, 200])
def test_a_damaged_one_is_told(cut: int) -> None:
    text = SERVER.pem.decode().splitlines()
    damaged = "\n".join([text[0], *text[1 : cut // 20], text[-1]]).encode()
    with pytest.raises(CertificateError, match="damaged"):
        reading.read(damaged, SERVER.key)
    with pytest.raises(CertificateError, match="damaged"):
        reading.read(SERVER.pem, SERVER.key[:60] + b"AAAA\n-----END PRIVATE KEY-----\n")

# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's certificate is made, and made anew by itself; its authority stays."""

import sys
from pathlib import Path

import pytest
from made_certificates import NOW

from store.certificates import certificate_files, certificate_names, home_certificate
from store.certificates.certificate_errors import CertificateError, NoLibrary
from store.certificates.certificate_facts import CertificateFacts
from store.config.known_settings import Settings

DAY = 86_400


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """This machine's, which a test may change."""
    own = ["127.0.0.1", "192.168.1.2"]
    monkeypatch.setattr(certificate_names, "addresses", lambda: tuple(own))
    return own


def facts(state: Path) -> CertificateFacts:
    read = home_certificate.read_home(state)
    assert read is not None
    return read


def authority(state: Path) -> bytes:
    return (state / "tls" / "ca.pem").read_bytes()


def test_it_holds_the_homes_names_and_addresses(tmp_path: Path) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    made = facts(tmp_path)
    assert (made.names, made.addresses) == (certificate_names.names(Settings()), ("127.0.0.1", "192.168.1.2"))
    assert made.fits and made.for_servers and not made.weak and made.issuer.startswith("Telltale ")
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "tls").iterdir()} == {0}


def test_it_is_made_anew_after_two_thirds_of_its_life(tmp_path: Path) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    first, trusted = facts(tmp_path), authority(tmp_path)
    assert not home_certificate.renew_if_due(tmp_path, Settings(), NOW + 200 * DAY)
    assert home_certificate.renew_if_due(tmp_path, Settings(), NOW + 270 * DAY)
    assert facts(tmp_path).until > first.until and authority(tmp_path) == trusted


def test_it_is_made_anew_when_the_home_has_another_address_or_name(tmp_path: Path, addresses: list[str]) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    trusted = authority(tmp_path)
    addresses.append("192.168.7.7")
    assert home_certificate.renew_if_due(tmp_path, Settings(), NOW)
    assert "192.168.7.7" in facts(tmp_path).addresses
    addresses.remove("192.168.7.7")
    assert not home_certificate.renew_if_due(tmp_path, Settings(), NOW), "an address that is gone may come back"
    assert home_certificate.renew_if_due(tmp_path, Settings(own_name="blocker"), NOW)
    assert "blocker.home.arpa" in facts(tmp_path).names and authority(tmp_path) == trusted


def test_a_name_that_the_authority_may_not_sign_does_not_make_it_anew_for_ever(tmp_path: Path) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    other = Settings(own_name="dns.example.net")
    home_certificate.renew_if_due(tmp_path, other, NOW)
    assert not home_certificate.renew_if_due(tmp_path, other, NOW)
    trusted = authority(tmp_path)
    home_certificate.make(tmp_path, other, NOW, new_authority=True)
    assert "dns.example.net" in facts(tmp_path).names and authority(tmp_path) != trusted


@pytest.mark.parametrize("lost", ["ca.pem", "ca.key"])
def test_an_authority_that_is_lost_is_made_anew(tmp_path: Path, lost: str) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    trusted = authority(tmp_path)
    (tmp_path / "tls" / lost).write_bytes(b"damaged")
    assert home_certificate.renew_if_due(tmp_path, Settings(), NOW)
    assert authority(tmp_path) != trusted and facts(tmp_path).fits


def test_a_damaged_one_is_made_anew(tmp_path: Path) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    (tmp_path / "tls" / "home.pem").write_bytes(b"")
    assert home_certificate.renew_if_due(tmp_path, Settings(), NOW) and facts(tmp_path).fits


def test_where_there_is_none_none_is_made_by_itself(tmp_path: Path) -> None:
    assert not home_certificate.renew_if_due(tmp_path, Settings(), NOW)
    assert not (tmp_path / "tls").exists()


def test_a_clock_that_is_not_set_makes_none_and_renews_none(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="clock"):
        home_certificate.make(tmp_path, Settings(), 100_000.0)
    home_certificate.make(tmp_path, Settings(), NOW)
    assert not home_certificate.renew_if_due(tmp_path, Settings(), 100_000.0)


def test_without_the_library_it_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith("store.certificates.making"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(NoLibrary, match="missing"):
        home_certificate.make(tmp_path, Settings(), NOW)
    assert certificate_files.in_force(tmp_path, Settings()) is None

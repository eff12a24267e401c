# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's authority and certificate, as clients check them."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from made_certificates import shaken_hands

from store.certificates import making
from store.certificates.certificate_files import ServerFiles, Source
from store.certificates.server_context import server_context

NAMES = ("telltale.home.arpa", "*.telltale.home.arpa", "telltale", "localhost")
ADDRESSES = ("127.0.0.1", "192.168.1.2", "2a02:1::5", "203.0.113.7")
NOW = datetime.now(UTC)
AUTHORITY = making.make_authority(NAMES, ADDRESSES, NOW)
SERVER = making.make_server(NAMES, ADDRESSES, AUTHORITY, NOW)


def context(folder: Path, pair: making.Pair) -> ssl.SSLContext:
    path = folder / "both.pem"
    path.write_bytes(pair.key + pair.certificate)
    return server_context(ServerFiles(path, path, Source.HOME))


@pytest.mark.parametrize("name", ["telltale.home.arpa", "tv.telltale.home.arpa", "telltale", *ADDRESSES])
def test_clients_take_it_under_each_name_and_address(tmp_path: Path, name: str) -> None:
    client = ssl.create_default_context(cadata=AUTHORITY.certificate.decode())
    assert shaken_hands(context(tmp_path, SERVER), client, name).version() == "TLSv1.3"


def test_it_is_as_apple_wants_it() -> None:
    server = x509.load_pem_x509_certificate(SERVER.certificate)
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=398)
    assert server.not_valid_before_utc <= NOW
    assert server.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    uses = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509.oid.ExtendedKeyUsageOID.SERVER_AUTH in uses
    again = x509.load_pem_x509_certificate(making.make_server(NAMES, ADDRESSES, AUTHORITY, NOW).certificate)
    assert again.serial_number != server.serial_number


def test_the_authority_signs_what_is_the_homes_alone() -> None:
    signed = making.may_be_signed(AUTHORITY.certificate, (*NAMES, "bank.example.net"), (*ADDRESSES, "8.8.8.8"))
    assert signed == (NAMES, ADDRESSES)


def test_who_has_the_authoritys_key_cannot_play_the_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is signed with the key by hand, clients look at what it may sign."""
    monkeypatch.setattr(making, "may_be_signed", lambda authority, *wanted: making.Signable(*map(tuple, wanted)))
    forged = making.make_server(("bank.example.net",), (), AUTHORITY, NOW)
    client = ssl.create_default_context(cadata=AUTHORITY.certificate.decode())
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shaken_hands(context(tmp_path, forged), client, "bank.example.net")


def test_it_ends_before_its_authority_does() -> None:
    late = NOW + timedelta(days=making.AUTHORITY_DAYS - 30)
    last = x509.load_pem_x509_certificate(making.make_server(NAMES, ADDRESSES, AUTHORITY, late).certificate)
    assert last.not_valid_after_utc == x509.load_pem_x509_certificate(AUTHORITY.certificate).not_valid_after_utc

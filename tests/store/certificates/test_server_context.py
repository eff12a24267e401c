# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server speaks TLS with, and why it does not where a certificate is no good."""

import ssl
import time
from pathlib import Path

import pytest
from made_certificates import made, shaken_hands

from store.certificates.certificate_errors import CertificateError
from store.certificates.certificate_files import ServerFiles, Source
from store.certificates.server_context import server_context

TODAY = time.time() - 86_400  # clients look at the clock of this machine
AUTHORITY = made("Authority", authority=True, begin=TODAY, days=900, kind="other")
SERVER = made(signed_by=AUTHORITY, begin=TODAY)


def served(folder: Path, certificate: bytes, key: bytes) -> ServerFiles:
    (folder / "c.pem").write_bytes(certificate)
    (folder / "k.pem").write_bytes(key)
    return ServerFiles(folder / "c.pem", folder / "k.pem", Source.FILES)


def trusting(authority: bytes) -> ssl.SSLContext:
    client = ssl.create_default_context(cadata=authority.decode())
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13's default; these say no identifiers of keys
    return client


def test_clients_that_trust_the_authority_take_it(tmp_path: Path) -> None:
    server = server_context(served(tmp_path, SERVER.pem + AUTHORITY.pem, SERVER.key), ("dot",))
    client = trusting(AUTHORITY.pem)
    client.set_alpn_protocols(["h2", "dot"])
    connection = shaken_hands(server, client, "dns.example.net")
    assert (connection.version(), connection.selected_alpn_protocol()) == ("TLSv1.3", "dot")
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken_hands(server, client, "bank.example.net")


def test_old_versions_are_refused_and_1_2_has_forward_secrecy(tmp_path: Path) -> None:
    server = server_context(served(tmp_path, SERVER.pem, SERVER.key))
    client = trusting(AUTHORITY.pem)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    cipher = shaken_hands(server, client, "dns.example.net").cipher()
    assert cipher is not None and cipher[0].startswith("ECDHE-") and cipher[1] == "TLSv1.2"
    assert server.minimum_version is ssl.TLSVersion.TLSv1_2
    assert server.options & ssl.OP_NO_RENEGOTIATION


@pytest.mark.parametrize(("certificate", "key", "words"), [
    (SERVER.pem, made(kind="rsa").key, "does not fit"),
    (SERVER.pem, AUTHORITY.key, "does not fit"),
    (SERVER.pem, SERVER.locked_key(), "passphrase"),
    (SERVER.key, SERVER.pem, "mixed up"),
    (b"", SERVER.key, "empty"),
    (made(kind="weak").pem, made(kind="weak").key, "too weak"),
])  # fmt: skip
def test_what_cannot_be_served_with_is_told(tmp_path: Path, certificate: bytes, key: bytes, words: str) -> None:
    with pytest.raises(CertificateError, match=words):
        server_context(served(tmp_path, certificate, key))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="not there"):
        server_context(ServerFiles(tmp_path / "c.pem", tmp_path / "k.pem", Source.FILES))

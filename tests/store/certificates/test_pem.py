# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a file that should be a certificate or a key."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given
from hypothesis import strategies as st
from made_certificates import made

from store.certificates import pem
from store.certificates.certificate_errors import CertificateError

SERVER = made()
DER = SERVER.parsed.public_bytes(serialization.Encoding.DER)
P12 = pkcs12.serialize_key_and_certificates(
    b"x", SERVER.private, SERVER.parsed, None, serialization.NoEncryption()  # type: ignore[arg-type]
)


def test_a_file_may_hold_both() -> None:
    data = b"Bag Attributes\n" + SERVER.key + b"\n" + SERVER.pem
    assert [block.der for block in pem.certificates(data)] == [DER]
    assert pem.private_key(data).text in data


@pytest.mark.parametrize(("data", "words"), [
    (b"", "empty"),
    (b"  \n", "empty"),
    (DER, "DER"),
    (P12, "PKCS#12"),
    (SERVER.key, "mixed up"),
    (SERVER.locked_key(), "mixed up"),
    (b"hello", "BEGIN CERTIFICATE"),
    (b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", "request"),
    (SERVER.pem.replace(b"\nM", b"\n!"), "damaged"),
    (SERVER.pem + SERVER.pem[:200], "middle"),
    (SERVER.pem[:200], "BEGIN CERTIFICATE"),
])  # fmt: skip
def test_what_is_no_certificate_is_named(data: bytes, words: str) -> None:
    with pytest.raises(CertificateError, match=words) as refused:
        pem.certificates(data)
    assert refused.value.about == "certificate"


@pytest.mark.parametrize(("data", "words"), [
    (b"", "empty"),
    (SERVER.pem, "mixed up"),
    (SERVER.locked_key(), "passphrase"),
    (b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----", "passphrase"),
    (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "SSH"),
    (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "public key"),
    (SERVER.key + SERVER.key, "more than one"),
    (P12, "PKCS#12"),
])  # fmt: skip
def test_what_is_no_key_is_named(data: bytes, words: str) -> None:
    with pytest.raises(CertificateError, match=words) as refused:
        pem.private_key(data)
    assert refused.value.about == "key"


def test_blocks_are_bounded() -> None:
    with pytest.raises(CertificateError, match="more than"):
        pem.blocks(SERVER.pem * (pem.MAX_BLOCKS + 1))


@given(st.binary(max_size=400))
def test_rubbish_is_refused_in_words(data: bytes) -> None:
    for read in (pem.certificates, pem.private_key):
        with pytest.raises(CertificateError):
            read(data)

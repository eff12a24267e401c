# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a file that should be a certificate or a key: its PEM blocks, or what it is instead. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from store.base.sentences import Sentence, say
from store.certificates.certificate_errors import CertificateError

CERTIFICATE = "CERTIFICATE"
KEYS = ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")
ENCRYPTED = "ENCRYPTED PRIVATE KEY"
MAX_BLOCKS = 32  # of a file: a key and a chain of at most ten

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_OLD_PASSPHRASE = b"Proc-Type: 4,ENCRYPTED"  # RFC 1421, as OpenSSL's older formats have it
_PKCS12 = b"\x02\x01\x03"  # the version that such a file begins with (RFC 7292)


class Block(NamedTuple):
    """A block as it stands (`text`, from BEGIN to END), and what is in it."""

    label: str
    text: bytes
    der: bytes
    passphrase: bool = False


def blocks(data: bytes) -> list[Block]:
    """The PEM blocks of a file in their order; one whose base64 is broken has no `der`. Raises CertificateError when
    there are too many."""
    whole: list[Block] = []
    for match in _BLOCK.finditer(data):
        if len(whole) == MAX_BLOCKS:
            raise CertificateError(say("The file holds more than {most} certificates and keys.", most=MAX_BLOCKS))
        label = match[1].decode("ascii")
        locked = label == ENCRYPTED or _OLD_PASSPHRASE in match[2]
        whole.append(Block(label, match[0], b"" if locked else _decoded(match[2]), locked))
    return whole


def certificates(data: bytes) -> list[Block]:
    """The certificates of a file, at least one; raises CertificateError with what the file is instead."""
    whole = blocks(data)
    chain = [block for block in whole if block.label in (CERTIFICATE, "TRUSTED CERTIFICATE", "X509 CERTIFICATE")]
    if not chain:
        raise CertificateError(_no_certificate(data, whole), "certificate")
    if not all(block.der for block in chain):
        raise CertificateError(say("A certificate in the file is cut or damaged; copy the file once more."),
                               "certificate")  # fmt: skip
    if b"-----BEGIN" in _BLOCK.sub(b"", data):
        raise CertificateError(say("The file ends in the middle of a certificate; copy it once more."), "certificate")
    return chain


def private_key(data: bytes) -> Block:
    """The one key of a file; raises CertificateError with what the file is instead."""
    whole = blocks(data)
    if any(block.passphrase for block in whole):
        raise CertificateError(say(
            "The key has a passphrase, which nobody is there to type when Telltale starts. Take it off with "
            "`openssl pkey -in KEY -out KEY.open`."
        ), "key")  # fmt: skip
    keys = [block for block in whole if block.label in KEYS]
    if not keys:
        raise CertificateError(_no_key(data, whole), "key")
    if len(keys) > 1:
        raise CertificateError(say("The file holds more than one key; leave the one of the certificate."), "key")
    if not keys[0].der:
        raise CertificateError(say("The key is cut or damaged; copy the file once more."), "key")
    return keys[0]


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return b""


def _no_certificate(data: bytes, whole: list[Block]) -> Sentence:
    labels = {block.label for block in whole}
    if labels & {*KEYS, ENCRYPTED}:
        return say("This is a key and no certificate: the two files are mixed up.")
    if any("REQUEST" in label for label in labels):
        return say("This is a request for a certificate; the authority that gets it answers with the certificate.")
    return _other(data) or say("There is no certificate in the file: it begins with -----BEGIN CERTIFICATE-----.")


def _no_key(data: bytes, whole: list[Block]) -> Sentence:
    labels = {block.label for block in whole}
    if CERTIFICATE in labels:
        return say("This is a certificate and no key: the two files are mixed up, or the key lies in another.")
    if any("PUBLIC" in label for label in labels):
        return say("This is a public key; the private one is needed, as the program that made both wrote it.")
    if any("OPENSSH" in label for label in labels):
        return say("This is a key for SSH, which is none for a certificate.")
    return _other(data) or say("There is no key in the file: it begins with -----BEGIN PRIVATE KEY-----.")


def _other(data: bytes) -> Sentence | None:
    """Of a file that is no text in PEM."""
    if not data.strip():
        return say("The file is empty.")
    if data[:1] != b"\x30":
        return None
    if _PKCS12 in data[:12]:
        return say(
            "The file is a PKCS#12 (.p12 or .pfx). Take it apart with `openssl pkcs12 -in FILE -nodes -out all.pem`, "
            "and use all.pem as both."
        )
    return say(
        "The file is in DER, the binary form; PEM is needed: `openssl x509 -inform der -in FILE -out FILE.pem`, or for "
        "a key `openssl pkey -inform der -in FILE -out FILE.pem`."
    )

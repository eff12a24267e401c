# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing a file with the certificate in force (CMS, RFC 5652), as Apple's systems look for on a profile.

Imports `cryptography`, which costs a process 13 MiB: see `making`.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from store.base.sentences import say
from store.certificates import pem
from store.certificates.certificate_errors import CertificateError


def sign(data: bytes, certificate: bytes, key: bytes) -> bytes:
    """The data within its signature, in DER, with the chain; both PEM. Raises CertificateError."""
    signer, *chain = (x509.load_der_x509_certificate(block.der) for block in pem.certificates(certificate))
    private = serialization.load_pem_private_key(pem.private_key(key).text, None)
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise CertificateError(say("Nothing can be signed with a key of this kind."), "key")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(signer, private, hashes.SHA256())
    for each in chain:
        builder = builder.add_certificate(each)
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])

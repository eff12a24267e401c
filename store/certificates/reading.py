# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a certificate and its key. Imports `cryptography`, which costs a process 13 MiB: see `making`."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from store.base.sentences import say
from store.certificates import pem
from store.certificates.certificate_errors import CertificateError
from store.certificates.certificate_facts import CertificateFacts, ChainLink

MAX_TITLE = 200  # characters of a subject that are shown: a certificate is somebody else's text
RSA_BITS = 2048  # what clients of today ask for at least
WEAK_HASHES = (hashes.MD5, hashes.SHA1)


def read(certificate: bytes, key: bytes) -> CertificateFacts:
    """The facts of a certificate with its chain, and its key, both in PEM. Raises CertificateError."""
    chain = [_parsed(block.der) for block in pem.certificates(certificate)]
    first = chain[0]
    names, addresses = _alternative_names(first)
    kind, weak = _key_kind(first.public_key())
    return CertificateFacts(
        title=_title(first.subject), issuer=_title(first.issuer), names=names, addresses=addresses,
        begin=int(first.not_valid_before_utc.timestamp()), until=int(first.not_valid_after_utc.timestamp()),
        fingerprint=first.fingerprint(hashes.SHA256()).hex(), key_kind=kind,
        weak=weak or isinstance(first.signature_hash_algorithm, WEAK_HASHES),
        fits=_fits(first, key), self_signed=first.subject == first.issuer, is_authority=_is_authority(first),
        for_servers=_is_for_servers(first), from_public_authority=_names_its_issuer(first), chain=_chain(chain),
    )  # fmt: skip


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of the first certificate of a file, in hexadecimal. Raises CertificateError."""
    return _parsed(pem.certificates(certificate)[0].der).fingerprint(hashes.SHA256()).hex()


def _parsed(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.subject, certificate.issuer  # what is broken in it shows here
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateError(say("A certificate in the file is cut or damaged; copy the file once more."),
                               "certificate") from None  # fmt: skip
    return certificate


def _fits(certificate: x509.Certificate, key: bytes) -> bool:
    try:
        # An RSA key's parts are not looked at one by one, which is slow: only the public one is compared.
        private = serialization.load_pem_private_key(
            pem.private_key(key).text, None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CertificateError(say("The key is cut or damaged; copy the file once more."), "key") from None
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.public_key().public_bytes(*form) == certificate.public_key().public_bytes(*form)


def _alternative_names(certificate: x509.Certificate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (), ()
    names = tuple(name.lower() for name in alternatives.get_values_for_type(x509.DNSName))
    return names, tuple(str(address) for address in alternatives.get_values_for_type(x509.IPAddress))


def _key_kind(key: CertificatePublicKeyTypes) -> tuple[str, bool]:
    """In words, and whether clients of today refuse it."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}", key.key_size < RSA_BITS
    if isinstance(key, ec.EllipticCurvePublicKey):
        titles = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
        return f"EC {titles.get(key.curve.name, key.curve.name)}", key.curve.key_size < 256
    return type(key).__name__.removesuffix("PublicKey").strip("_"), False


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_for_servers(certificate: x509.Certificate) -> bool:
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in uses or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in uses


def _names_its_issuer(certificate: x509.Certificate) -> bool:
    """Whether it says where its issuer's certificate is to be had, as those of public authorities do."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return False
    return any(each.access_method == AuthorityInformationAccessOID.CA_ISSUERS for each in access)


def _chain(chain: list[x509.Certificate]) -> tuple[ChainLink, ...]:
    after = [*chain[1:], None]
    return tuple(
        ChainLink(_title(each.subject), _title(each.issuer), issuer is not None and _signed(each, issuer))
        for each, issuer in zip(chain, after, strict=True)
    )


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _title(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    text = str(common[0].value) if common else name.rfc4514_string()
    return "".join(char for char in text if char.isprintable())[:MAX_TITLE]

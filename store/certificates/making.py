# SPDX-License-Identifier: GPL-3.0-or-later
"""Making the home's own authority and its server's certificate. Pure but for random numbers.

    authority   EC P-256, ten years; it may sign names of this home and of homes in general, private addresses and those
                of IPv6, and nothing else: who gets hold of its key cannot play the bank (RFC 5280, section 4.2.1.10)
    server      EC P-256, 397 days: the most that Apple and browsers take

Imports `cryptography`, which costs a process 13 MiB: only `home_certificate` and tests import this file, when needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from store.certificates.certificate_names import LOCALHOST
from wire import zones
from wire.addresses import AT_HOME

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
# A device whose clock is a little behind takes it as well.
BEFORE = timedelta(days=1)
GLOBAL_IPV6 = ip_network("2000::/3")  # a home's prefix is its provider's, and another tomorrow

Network = IPv4Network | IPv6Network


class Pair(NamedTuple):
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes


def make_authority(names: Sequence[str], addresses: Iterable[str], now: datetime) -> Pair:
    """The authority for the home with these names and addresses; `now` with its time zone."""
    key = ec.generate_private_key(ec.SECP256R1())
    title = _title(f"Telltale {now:%Y-%m-%d} ({names[0]})")
    zones = [x509.DNSName(zone) for zone in _zones(names)]
    networks = [x509.IPAddress(network) for network in _networks(addresses)]
    constraints = x509.NameConstraints([*zones, *networks], None)
    builder = _begun(title, title, key.public_key(), now, AUTHORITY_DAYS)
    made = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(constraints, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(made.public_bytes(serialization.Encoding.PEM), _pem(key))


def make_server(names: Sequence[str], addresses: Sequence[str], authority: Pair, now: datetime) -> Pair:
    """The server's certificate for those of the names and addresses that the authority may sign, the first its title.

    It ends before its authority does. Raises ValueError for an authority that does not read.
    """
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    issuer_key = serialization.load_pem_private_key(authority.key, None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is none of ours")
    key = ec.generate_private_key(ec.SECP256R1())
    signed = may_be_signed(authority.certificate, names, addresses)
    alternatives = [*map(x509.DNSName, signed.names), *(x509.IPAddress(ip_address(each)) for each in signed.addresses)]
    builder = _begun(_title(names[0]), issuer.subject, key.public_key(), now, SERVER_DAYS, issuer.not_valid_after_utc)
    made = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return Pair(made.public_bytes(serialization.Encoding.PEM), _pem(key))


class Signable(NamedTuple):
    """Names and addresses that an authority may sign, of those that are wanted."""

    names: tuple[str, ...]
    addresses: tuple[str, ...]


def may_be_signed(authority: bytes, names: Iterable[str], addresses: Iterable[str]) -> Signable:
    """Those within the authority's constraints; all where it has none. Raises ValueError where it does not read."""
    extensions = x509.load_pem_x509_certificate(authority).extensions
    try:
        permitted = extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return Signable(tuple(names), tuple(addresses))
    zones = [each.value for each in permitted if isinstance(each, x509.DNSName)]
    networks = [ip_network(str(each.value)) for each in permitted if isinstance(each, x509.IPAddress)]
    return Signable(
        tuple(name for name in names if any(f".{name}".endswith(f".{zone}") for zone in zones)),
        tuple(each for each in addresses if any(ip_address(each) in network for network in networks)),
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int,
    latest: datetime | None = None,
) -> x509.CertificateBuilder:
    begin = now.replace(microsecond=0) - BEFORE
    end = begin + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end if latest is None else min(end, latest))
    )


def _title(text: str) -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Telltale"),
        x509.NameAttribute(NameOID.COMMON_NAME, text[:64]),  # the standard's bound
    ])  # fmt: skip


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _zones(names: Iterable[str]) -> list[str]:
    """What names may be signed in: these names with all below them, and the zones in which homes have names."""
    plain = {name.removeprefix("*.") for name in names}
    return sorted(plain | zones.HOME_ZONES | {LOCALHOST, zones.USUAL})


def _networks(addresses: Iterable[str]) -> list[Network]:
    usual: list[Network] = [*AT_HOME, GLOBAL_IPV6]
    single = [ip_network(text) for text in addresses]
    return usual + [each for each in single if not any(_is_within(each, network) for network in usual)]


def _is_within(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.network_address in outer


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

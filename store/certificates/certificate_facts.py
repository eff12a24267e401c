# SPDX-License-Identifier: GPL-3.0-or-later
"""What a certificate says of itself and of the chain behind it, as far as pages, commands and checks need it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One certificate of the chain: who it is of, who signed it, and whether that is the next one in the file."""

    subject: str
    issuer: str
    signed_by_next: bool = False


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Times in Unix seconds; `fingerprint`: SHA-256 in hexadecimal; `chain`: as the file has it, the server's first.

    `from_public_authority`: somebody else than itself signed it, and tells where that one's own certificate lies (AIA).
    `fits`: whether the key is this certificate's; `key_kind`: in words, such as "EC P-256" or "RSA 2048"; `weak`:
    clients of today refuse it. `self_signed`: it is its own authority; `is_authority`: it signs others.
    """

    title: str
    issuer: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    begin: int
    until: int
    fingerprint: str
    key_kind: str
    weak: bool
    fits: bool
    self_signed: bool
    is_authority: bool
    for_servers: bool
    from_public_authority: bool
    chain: tuple[ChainLink, ...]

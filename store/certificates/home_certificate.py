# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate that the home makes for itself: made, and made anew before it ends or when the home's names change.

Its authority stays until it has ended, since devices had to be told to trust it.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.base.sentences import say
from store.certificates import certificate_files, certificate_names, clock_sense
from store.certificates.certificate_errors import CertificateError, NoLibrary
from store.certificates.certificate_files import CA, CA_KEY, HOME
from store.config.known_settings import Settings

if TYPE_CHECKING:
    from store.certificates.certificate_facts import CertificateFacts
    from store.certificates.making import Pair

RENEW_AFTER = 2 / 3  # of its life, as certbot does: a fault then has the last third of it to be seen in

log = logging.getLogger(__name__)


def make(state: Path, settings: Settings, now: float, *, new_authority: bool = False) -> None:
    """Make the home's certificate, and its authority where there is none, it has ended, or another one is wanted.

    One that was brought stays in force until it is put aside (`certificate_files.set_aside`). Raises CertificateError.
    """
    making = library("making")
    if not clock_sense.is_sane(now):
        raise CertificateError(say(
            "The clock of this machine is not set ({date}), so that a certificate made now would be worthless; set it, "
            "or wait until it is.", date=datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d"),
        ))  # fmt: skip
    when = datetime.fromtimestamp(now, UTC)
    names, addresses = certificate_names.names(settings), certificate_names.addresses()
    authority = None if new_authority else _authority(state, now)
    if authority is None:
        authority = making.make_authority(names, addresses, when)
        certificate_files.write(state, CA_KEY, authority.key)
        certificate_files.write(state, CA, authority.certificate)
    server = making.make_server(names, addresses, authority, when)
    certificate_files.write(state, HOME, server.key + server.certificate)


def renew_if_due(state: Path, settings: Settings, now: float) -> bool:
    """Make it anew where that is due; whether it was. Nothing happens where there is none. Raises CertificateError."""
    if not (certificate_files.folder(state) / HOME).exists() or not clock_sense.is_sane(now):
        return False
    authority = _authority(state, now)
    facts = read_home(state)
    if authority is not None and facts is not None:
        wanted = library("making").may_be_signed(
            authority.certificate, certificate_names.names(settings), certificate_names.addresses()
        )
        if not is_due(facts, wanted.names, wanted.addresses, now):
            return False
    make(state, settings, now)
    log.info("the home's certificate was made anew")
    return True


def is_due(facts: CertificateFacts, names: Sequence[str], addresses: Sequence[str], now: float) -> bool:
    """Whether it is to be made anew: it is old, not valid yet, or lacks a name or an address that it could hold.

    Addresses that the home no longer has are no reason: they come back, with another cable or after a reboot.
    """
    if now < facts.begin or now >= facts.begin + RENEW_AFTER * (facts.until - facts.begin):
        return True
    return not (set(names) <= set(facts.names) and set(addresses) <= set(facts.addresses))


def read_home(state: Path) -> CertificateFacts | None:
    """The facts of the home's certificate; None where it does not read."""
    path = certificate_files.folder(state) / HOME
    try:
        data = certificate_files.read(path)
        facts: CertificateFacts = library("reading").read(data, data)
    except NoLibrary:
        raise
    except CertificateError:
        return None
    return facts


def read_authority(state: Path) -> CertificateFacts | None:
    """The facts of the home's authority; None where there is none, or it does not read, or its key is another's."""
    folder = certificate_files.folder(state)
    try:
        certificate, key = (certificate_files.read(folder / name) for name in (CA, CA_KEY))
        facts: CertificateFacts = library("reading").read(certificate, key)
    except NoLibrary:
        raise
    except CertificateError:
        return None
    return facts if facts.fits and facts.is_authority else None


def library(name: str) -> Any:
    """A file of this wing that imports `cryptography`, loaded at its first use. Raises NoLibrary."""
    try:
        return importlib.import_module(f"store.certificates.{name}")
    except ImportError:
        raise NoLibrary from None


def _authority(state: Path, now: float) -> Pair | None:
    """The one that there is; None where it is gone, damaged, or has ended."""
    facts = read_authority(state)
    if facts is None or now >= facts.until:
        return None
    folder = certificate_files.folder(state)
    pair: Pair = library("making").Pair(*(certificate_files.read(folder / name) for name in (CA, CA_KEY)))
    return pair

# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate in force, looked at: what it is, until when, and what is wrong with it. Loads `cryptography`."""

from __future__ import annotations

from pathlib import Path

from store.base import status
from store.base.helper_statuses import CertificateFault, CertificateStatus
from store.base.sentences import say, sentence_of
from store.certificates import certificate_faults, certificate_files, certificate_names, home_certificate
from store.certificates.certificate_errors import CertificateError, NoLibrary
from store.certificates.certificate_facts import CertificateFacts
from store.certificates.certificate_faults import Wanted
from store.certificates.certificate_files import ServerFiles, Source
from store.certificates.certificate_watch import signature
from store.config.known_settings import Settings
from wire import zones


def look(state: Path, settings: Settings, now: float) -> CertificateStatus:
    """How it stands; never raises: what keeps it from being looked at is a fault of it."""
    files = certificate_files.in_force(state, settings)
    if files is None:
        return CertificateStatus(server_name=certificate_names.server_name(settings))
    seen = signature(files)
    try:
        facts, mode = read(files)
    except NoLibrary as error:  # which says nothing of the certificate
        return _bare(files, settings, seen, (CertificateFault("library", False, sentence_of(error), ""),))
    except CertificateError as error:
        return _bare(files, settings, seen, (_unreadable(error),))
    wanted = Wanted(certificate_names.names(settings), certificate_names.addresses())
    name = server_name(facts, settings)
    authority = home_certificate.read_authority(state) if files.source is Source.HOME else None
    return CertificateStatus(
        source=files.source, certificate=str(files.certificate), key=str(files.key), server_name=name,
        wildcard=certificate_names.covers(facts.names, f"device.{name}"), title=facts.title, issuer=facts.issuer,
        names=facts.names, addresses=facts.addresses, begin=facts.begin, until=facts.until,
        fingerprint=facts.fingerprint, key_kind=facts.key_kind, seen=seen,
        authority_fingerprint=authority.fingerprint if authority else "",
        authority_until=authority.until if authority else 0,
        faults=tuple(certificate_faults.judge(facts, files.source, wanted, mode, now)),
    )  # fmt: skip


def current(state: Path, run: Path, settings: Settings, now: float) -> CertificateStatus:
    """The same, as it was looked at last where the files are the same since; loads nothing then."""
    known = status.read_certificate(run)
    files = certificate_files.in_force(state, settings)
    if known is not None and files is not None and known.source == files.source and known.seen == signature(files):
        return known
    return look(state, settings, now)


def publish(state: Path, run: Path, settings: Settings, now: float) -> CertificateStatus:
    """Look, and let everybody know: after something was changed."""
    stands = look(state, settings, now)
    status.publish(run, "certificate", stands)
    return stands


def read(files: ServerFiles) -> tuple[CertificateFacts, int]:
    """The facts of a pair, and the mode of the key's file. Raises CertificateError."""
    certificate, key = certificate_files.read(files.certificate), certificate_files.read(files.key)
    facts: CertificateFacts = home_certificate.library("reading").read(certificate, key)
    return facts, files.key.stat().st_mode


def server_name(facts: CertificateFacts, settings: Settings) -> str:
    """The name to tell clients of: the home's where the certificate holds it, else the first that it holds.

    Of a certificate for *.example.net alone, it is our own name below that.
    """
    usual = certificate_names.server_name(settings)
    if certificate_names.covers(facts.names, usual):
        return usual
    plain = [name for name in facts.names if not name.startswith("*.")]
    if plain:
        return plain[0]
    below = [name[2:] for name in facts.names if name.startswith("*.")]
    return f"{settings.own_name.partition('.')[0]}.{below[0]}" if below else usual


def is_reached_from_outside(name: str) -> bool:
    """Whether devices may find the name when they are not at home: one of the public DNS, which may lead here."""
    return "." in name and zones.is_public(name)


def _bare(
    files: ServerFiles, settings: Settings, seen: str, faults: tuple[CertificateFault, ...]
) -> CertificateStatus:  # fmt: skip
    return CertificateStatus(
        source=files.source, certificate=str(files.certificate), key=str(files.key), seen=seen, faults=faults,
        server_name=certificate_names.server_name(settings),
    )  # fmt: skip


def _unreadable(error: CertificateError) -> CertificateFault:
    cure = say("Look at the files, or have one made for the home: `telltale certificate make`.")
    return CertificateFault("unreadable", True, sentence_of(error), cure)



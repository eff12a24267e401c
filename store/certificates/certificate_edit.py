# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does about the certificate: have one made, bring one, or name files that others keep.

What is brought is looked at before it is taken, and what was in force lies on beside: nothing is lost.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from store.base.helper_statuses import CertificateStatus
from store.base.sentences import say, together
from store.certificates import certificate_faults, certificate_files, certificate_state, home_certificate, pem
from store.certificates.certificate_errors import CertificateError, NoLibrary
from store.certificates.certificate_faults import Wanted
from store.certificates.certificate_files import OWN, ServerFiles, Source
from store.certificates.server_context import server_context
from store.config import edit, settings, usable_settings
from store.config.engine import Engine as SqlEngine

KEYS = ("certificate", "certificate_key")


class CertificatePlace:
    """Where an appliance has its certificate: its state directory, what runs there, and its environment."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str]) -> None:
        self.state, self.run, self.environ = state, run, environ

    def look(self) -> CertificateStatus:
        """How it stands, and everybody is told."""
        return certificate_state.publish(
            self.state, self.run, usable_settings.load(self.state, self.environ), time.time()
        )


def make(e: SqlEngine, place: CertificatePlace, *, new_authority: bool = False) -> CertificateStatus:
    """Make the home's certificate, which is in force from now on. Raises CertificateError."""
    _refuse_locked(place)
    chosen = usable_settings.load(place.state, place.environ)
    home_certificate.make(place.state, chosen, time.time(), new_authority=new_authority)
    certificate_files.set_aside(place.state, OWN)
    _forget_files(e, place)
    return place.look()


def use_files(e: SqlEngine, place: CertificatePlace, certificate: Path, key: Path) -> CertificateStatus:
    """Read the certificate where it lies from now on, and whenever it changes. Raises CertificateError."""
    _refuse_locked(place)
    check(ServerFiles(certificate, key, Source.FILES))
    edit.put_settings(e, dict(zip(KEYS, (str(certificate), str(key)), strict=True)))
    return place.look()


def use_copy(e: SqlEngine, place: CertificatePlace, certificate: bytes, key: bytes) -> CertificateStatus:
    """Keep this certificate with its chain, and its key, in the state directory. Raises CertificateError."""
    _refuse_locked(place)
    parts = [pem.private_key(key).text, *(block.text for block in pem.certificates(certificate))]
    draft = certificate_files.write(place.state, f"{OWN}.new", b"\n".join([*parts, b""]))
    try:
        check(ServerFiles(draft, draft, Source.OWN))
        certificate_files.copy_before(place.state, OWN)
        draft.replace(draft.with_name(OWN))
    finally:
        draft.unlink(missing_ok=True)
    _forget_files(e, place)
    return place.look()


def check(files: ServerFiles) -> None:
    """Raise CertificateError where no client would take it, or everybody here can read its key."""
    server_context(files)
    try:
        facts, mode = certificate_state.read(files)
    except NoLibrary:
        return  # OpenSSL took it, which is all that can be known here
    faults = certificate_faults.judge(facts, files.source, Wanted((), ()), mode, time.time())
    for fault in faults:
        if fault.bad or fault.id == "readable":
            raise CertificateError(together(fault.sentence, fault.cure), "key" if fault.id == "readable" else "")


def _forget_files(e: SqlEngine, place: CertificatePlace) -> None:
    """Files that were named are no longer read; undoing that change reads them again."""
    if settings.from_table(place.state).keys() & set(KEYS):
        edit.put_settings(e, dict.fromkeys(KEYS))


def _refuse_locked(place: CertificatePlace) -> None:
    locked = settings.locked(place.state, place.environ)
    for key in KEYS:
        if key in locked:
            variable = settings.variable(key) if locked[key] == "environment" else locked[key]
            raise CertificateError(say("The certificate is set by {place}; change it there.", place=variable))


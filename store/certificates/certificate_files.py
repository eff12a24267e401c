# SPDX-License-Identifier: GPL-3.0-or-later
"""Where certificates and keys lie, and which are in force.

    settings certificate, certificate_key   files of other programs, as certbot's: read where they lie, and watched
    STATE/tls/own.pem                       one that somebody brought: key and chain in one file
    STATE/tls/home.pem                      the one made for this home: key and certificate in one file
    STATE/tls/ca.pem, ca.key                the home's own authority, which signed that

The first that there is counts. Key and certificate in one file change by one rename, so nobody reads the key of one
and the certificate of the other. Nothing of it is ever readable by others, not even for a moment.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from store.base.sentences import say, sentence_of
from store.certificates.certificate_errors import CertificateError
from store.config.known_settings import Settings

FOLDER = "tls"
HOME, OWN, CA, CA_KEY = "home.pem", "own.pem", "ca.pem", "ca.key"
MAX_FILE = 256 * 1024  # of a certificate with its chain and key: some ten KiB


class Source(StrEnum):
    """`home`: made here; `own`: brought by somebody and kept in the state directory; `files`: read where they lie."""

    HOME = "home"
    OWN = "own"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """A certificate with its chain, and its key, in PEM; both may be one file."""

    certificate: Path
    key: Path
    source: Source


def folder(state: Path) -> Path:
    return state / FOLDER


def in_force(state: Path, settings: Settings) -> ServerFiles | None:
    """What is served with; None where there is no certificate. Files that settings name count, be they there or not."""
    if settings.certificate:
        certificate = Path(settings.certificate)
        key = Path(settings.certificate_key) if settings.certificate_key else certificate
        return ServerFiles(certificate, key, Source.FILES)
    for name, source in ((OWN, Source.OWN), (HOME, Source.HOME)):
        path = folder(state) / name
        if path.exists():
            return ServerFiles(path, path, source)
    return None


def read(path: Path) -> bytes:
    """The bytes of a file of ours or others; raises CertificateError with the cure."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except PermissionError:
        raise CertificateError(say(
            "{path} cannot be read by the user that runs Telltale; give it the right, or bring the file's content.",
            path=path,
        )) from None
    except FileNotFoundError:
        raise CertificateError(say("{path} is not there.", path=path)) from None
    except OSError as error:
        raise CertificateError(say("{path} cannot be read: {why}.", path=path, why=sentence_of(error))) from None
    if len(data) > MAX_FILE:
        raise CertificateError(say("{path} is too large to be a certificate or a key.", path=path))
    return data


def write(state: Path, name: str, data: bytes) -> Path:
    """Put a file into STATE/tls whole or not at all, readable by its owner alone. Raises CertificateError."""
    path = folder(state) / name
    draft = path.with_name(f".{name}.{secrets.token_hex(8)}.new")
    try:
        _private_folder(path.parent)
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _as_owner(draft, state)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise CertificateError(say("{path} cannot be written: {why}.", path=path, why=sentence_of(error))) from None
    return path


def set_aside(state: Path, name: str) -> None:
    """Take a file out of force; it lies on beside, as NAME.before. Raises CertificateError."""
    path = folder(state) / name
    try:
        path.replace(path.with_name(f"{name}.before"))
    except FileNotFoundError:
        return
    except OSError as error:
        raise CertificateError(say("{path} cannot be written: {why}.", path=path, why=sentence_of(error))) from None


def copy_before(state: Path, name: str) -> None:
    """Keep what a file holds as NAME.before, while it stays in force. Raises CertificateError."""
    path = folder(state) / name
    if path.exists():
        write(state, f"{name}.before", read(path))


def _private_folder(path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=True)
        _as_owner(path, path.parent)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)


def _as_owner(path: Path, state: Path) -> None:
    """What root writes belongs to who owns the state directory: the service would not read it otherwise."""
    if os.geteuid() == 0:
        owner = state.stat()
        os.chown(path, owner.st_uid, owner.st_gid)

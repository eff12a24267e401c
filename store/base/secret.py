# SPDX-License-Identifier: GPL-3.0-or-later
"""The appliance's own secret (STATE/secret, 0600, 32 random bytes as hex) and what is derived from it."""

import base64
import contextlib
import hmac
import logging
import os
import secrets
from pathlib import Path

from store.base import file_faults
from store.base.file_faults import SET_ASIDE, Fault
from store.base.sentences import say
from store.base.store_errors import ReadOnlyState, StoreError

_BYTES = 32
_MAX_FILE = 4096

log = logging.getLogger(__name__)


def load(state: Path) -> bytes:
    """The 32 bytes; the file is made on first use. A damaged one is put aside.

    Raises StoreError when it can be neither read nor made.
    """
    path = state / "secret"
    try:
        text = _read(path)
    except OSError as error:
        raise StoreError(say(
            "{path} cannot be read ({error}); give it to the user that runs Telltale.", path=path, error=error.strerror
        )) from None
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        with contextlib.suppress(OSError):
            file_faults.set_aside(path, Fault.DAMAGED)
        log.warning("%s was damaged; a new one is made, and a set-up code from before is void", path)
        return bytes.fromhex(_begin(path))
    return secret


def derive(state: Path, label: str) -> bytes:
    """32 bytes that depend on the secret and the label alone."""
    return hmac.digest(load(state), label.encode(), "sha256")


def setup_code(state: Path) -> str:
    """The code on the console that lets the first visitor set a password, such as `K7QX-2M4A`."""
    code = base64.b32encode(derive(state, "set-up")).decode()[:8]
    return f"{code[:4]}-{code[4:]}"


def is_setup_code(state: Path, given: str) -> bool:
    """Whether this is the set-up code; letter case, spaces and hyphens do not matter."""
    plain = "".join(char for char in given.upper() if char.isascii() and char.isalnum())
    return hmac.compare_digest(plain, setup_code(state).replace("-", ""))


def _read(path: Path) -> str:
    """The text of the file, made at first use, or when no file lies there; what does is put aside. Raises OSError."""
    try:
        return file_faults.read(path, _MAX_FILE).decode("ascii", errors="replace").strip()
    except OSError as error:
        fault = file_faults.look_at(path) or file_faults.fault_of(error)
        if fault in SET_ASIDE:
            file_faults.set_aside(path, fault)
        elif fault is not Fault.MISSING:
            raise
    return _begin(path)


def _begin(path: Path) -> str:
    """Make the file whole under another name first: two processes may start at once, and one of them wins."""
    draft = path.with_name(f"secret.{secrets.token_hex(8)}.new")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text("ascii").strip()
    except OSError as error:
        raise ReadOnlyState(say(
            "{path} cannot be written ({error}); make the state directory writable.", path=path, error=error.strerror
        )) from None

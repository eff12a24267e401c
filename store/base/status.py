# SPDX-License-Identifier: GPL-3.0-or-later
"""What each process says of itself, as RUN/<role>.json: small, replaced whole, lost at a reboot on purpose."""

import json
import os
import re
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAX_FILE = 256 * 1024  # a status is a page of numbers; more than this is damage
MAX_ROLES = 128  # more workers than any machine has cores

_ROLE = re.compile(r"[a-z][a-z0-9-]{0,31}")


def run_dir(state: Path, environ: Mapping[str, str] | None = None) -> Path:
    """The directory for what need not survive, created: TELLTALE_RUN, else in memory, else STATE/run.

    /dev/shm spares the memory card: a status changes every second. Where nothing can be created, the last choice is
    returned as it is; `publish` then says False.
    """
    environ = os.environ if environ is None else environ
    if chosen := environ.get("TELLTALE_RUN"):
        _mine(Path(chosen))
        return Path(chosen)
    memory = _in_memory(state)
    if memory.parent.is_dir() and _mine(memory):
        return memory
    _mine(state / "run")
    return state / "run"


def find_run_dir(state: Path, environ: Mapping[str, str] | None = None) -> Path:
    """Where the processes of this state directory publish, for one who only reads: nothing is created.

    As `run_dir`, but what belongs to the owner of the state directory counts too: root may look at what a user runs.
    """
    environ = os.environ if environ is None else environ
    if chosen := environ.get("TELLTALE_RUN"):
        return Path(chosen)
    memory = _in_memory(state)
    try:
        if memory.lstat().st_uid in (os.geteuid(), state.stat().st_uid) and not memory.is_symlink():
            return memory
    except OSError:
        pass
    return state / "run"


def publish(run: Path, role: str, values: Mapping[str, Any]) -> bool:
    """Replace RUN/<role>.json by these values with `pid` and `time` (Unix seconds); False when that fails.

    A status is a courtesy: whoever publishes goes on working without it.
    """
    if not _ROLE.fullmatch(role):
        raise ValueError(f"'{role}' is no role: small letters, digits and hyphens.")
    draft = run / f".{role}.{os.getpid()}.new"
    try:
        draft.write_text(json.dumps({**values, "pid": os.getpid(), "time": time.time()}))
        draft.replace(run / f"{role}.json")
    except OSError:
        return False
    return True


def read(run: Path) -> dict[str, dict[str, Any]]:
    """The last word of every role; what does not read as a status is left out."""
    found: dict[str, dict[str, Any]] = {}
    try:
        paths = sorted(run.glob("*.json"))[:MAX_ROLES]
    except OSError:
        return found
    for path in paths:
        values = _read_one(path)
        if values is not None:
            found[path.stem] = values
    return found


def withdraw(run: Path, role: str) -> None:
    """Remove a role's status, when a process has ended for good."""
    (run / f"{role}.json").unlink(missing_ok=True)


def _in_memory(state: Path) -> Path:
    crc = zlib.crc32(os.fsencode(state.resolve()))
    return Path(f"/dev/shm/telltale-{crc:08x}")  # noqa: S108 - owned by us alone, or not used: see _mine


def _read_one(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        values = json.loads(data) if len(data) <= MAX_FILE else None
    except (OSError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _mine(path: Path) -> bool:
    """Create it for us alone; False when it cannot be, or when another user got there first."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = path.lstat()
    except OSError:
        return False
    return info.st_uid == os.geteuid() and path.is_dir() and not path.is_symlink() and os.access(path, os.W_OK)

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale backup` and `telltale restore`: all that the home has decided, in one file and back."""

import contextlib
import os
import stat
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base import db
from store.base.sentences import say

STDOUT = "-"
_BEGIN = b'{\n "telltale": "backup"'
_PARTS = (
    "settings, schedules, groups, devices, lists, rules, wall, names, dhcp, corrections, findings, idle_tests, pauses "
    "or access"
)


def backup(
    file: Annotated[str, typer.Argument(metavar="FILE", help="- writes to standard output.")],
    state: cli_context.State = None,
) -> None:
    """Write all that the home has decided into one file; docs/backup.md tells what is in it, and what is not."""
    # Root reads as root: the file may lie where the owner of the state directory may not write.
    path = cli_context.config(state, become_owner=False) / "config.db"
    from evidence.idle_test import backed_up
    from store.backup import backup_form

    with closing(db.open_migrated(path)) as con:
        text = backup_form.dump(con, backed_up.rows(path.parent))
    if file == STDOUT:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    try:
        _write(Path(file), text.encode())
    except OSError as error:
        raise Complaint(say("{file} cannot be written ({error}).", file=file, error=error.strerror)) from None
    printing.tell(say("The backup is in {file}. It holds the password's hash: keep it to yourself.", file=file))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    only: Annotated[list[str] | None, typer.Option("--only", metavar="PART", help=_PARTS)] = None,
    state: cli_context.State = None,
) -> None:
    """Make everything as a backup has it, or parts of it: one change, which `telltale undo` takes back."""
    text = _read(file)
    engine = cli_context.engine(state)
    from evidence.idle_test import backed_up
    from store.backup import backup_form
    from store.backup import restore as putting_back

    tests = backed_up.putting_back(cli_context.config(state))
    restored = putting_back.restore(engine, backup_form.load(text), only or [], tests)
    printing.tell(say("Restored: {parts}.", parts=", ".join(restored.parts)))
    if "access" in restored.parts and not restored.access:
        printing.tell(say("Password and tokens stay as they are; --only access takes those of the backup."))
    if restored.access:
        printing.tell(say("Password and tokens are those of the backup; every browser has to log in anew."))


def _read(file: Path) -> str:
    from store.backup import backup_form

    try:
        with file.open("rb") as opened:
            raw = opened.read(backup_form.MAX_BYTES + 1)
    except OSError as error:
        raise Complaint(say("{file} cannot be read ({error}).", file=file, error=error.strerror)) from None
    if len(raw) > backup_form.MAX_BYTES:
        raise Complaint(say("{file} is too large to be a backup.", file=file))
    return backup_form.text_of(raw)


def _write(path: Path, raw: bytes) -> None:
    """Whole or not at all, for the owner's eyes alone. Raises OSError; Complaint for a file that is something else."""
    _refuse_others(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    number = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(number, "wb") as opened:
            opened.write(raw)
            opened.flush()
            os.fsync(number)
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def _refuse_others(path: Path) -> None:
    """Never write over what is no backup."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Complaint(say("{file} is no file; name another.", file=path))
        with path.open("rb") as opened:
            begin = opened.read(len(_BEGIN))
    except FileNotFoundError:
        return
    if begin and begin != _BEGIN:
        raise Complaint(say("{file} is there already and is no backup; name another file.", file=path))

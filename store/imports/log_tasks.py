# SPDX-License-Identifier: GPL-3.0-or-later
"""STATE/log-tasks: what the log's one writer is to do between its commits, a file each, in the order of their coming.

    NUMBER.import   a history to take in, see store.imports.import_file
    NUMBER.clear    records to delete, see store.imports.clearing

While an appliance runs its recorder does it. Else the command that asked for it does, as the only one
(`appliance/start/state_directory.py` keeps a second one away). A file goes when it is done; a process that is killed
leaves it to the next.
"""

import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from store.imports import clearing, intake
from store.imports.clearing import Clear, Clearing
from store.imports.import_file import DRAFT, SUFFIX, DamagedImport, ImportFile
from store.log.writer import Inside

FOLDER = "log-tasks"
CLEAR = ".clear"
STALE_SECONDS = 86_400  # a draft that nobody writes any more

log = logging.getLogger(__name__)


def ask_to_clear(state: Path, clear: Clear) -> str:
    """Have records deleted; returns the request's key. Raises OSError."""
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    key = f"{time.time_ns()}-{secrets.token_hex(4)}"
    draft = folder / (key + DRAFT)
    number = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(clearing.dumped(clear))
        file.flush()
        os.fsync(number)
    draft.replace(folder / (key + CLEAR))
    return key


def waits(state: Path, key: str) -> bool:
    """Whether it is not done yet."""
    return any((state / FOLDER / (key + suffix)).exists() for suffix in (SUFFIX, CLEAR))


class LogTasks:
    """The writer's; `step` is to be called between two commits. One task is on its way at a time."""

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER
        self._import: ImportFile | None = None
        self._clearing: Clearing | None = None

    def step(self, inside: Inside) -> bool:
        """Do a little of the first task; whether there was any. Raises sqlite3.Error."""
        for path in self._waiting():
            try:
                done = self._do(path, inside)
            except (DamagedImport, ValueError) as error:
                self._put_aside(path, error)
                return True
            if done:
                self._close()
                path.unlink(missing_ok=True)
            return True
        return False

    @property
    def any_waits(self) -> bool:
        """Whether there is something to do: a look at a folder, where `step` is a step inside the log."""
        return next(self._waiting(), None) is not None

    def close(self) -> None:
        self._close()

    def _do(self, path: Path, inside: Inside) -> bool:
        if path.suffix == CLEAR:
            if self._clearing is None or self._clearing.key != path.stem:
                self._clearing = Clearing(path.stem, clearing.loaded(path.read_text("utf-8")))
            return self._clearing.step(inside)
        if self._import is None or self._import.key != path.stem:
            self._close()
            self._import = ImportFile(path)
        return intake.step(inside, self._import).done

    def _waiting(self) -> Iterator[Path]:
        """The tasks, the first one first; drafts that somebody gave up are removed on the way."""
        try:
            paths = sorted(self._folder.iterdir())
        except OSError:
            return
        for path in paths:
            if path.suffix in (SUFFIX, CLEAR):
                yield path
            elif path.suffix == DRAFT:
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime > STALE_SECONDS:
                        path.unlink()

    def _put_aside(self, path: Path, error: Exception) -> None:
        log.error("%s in %s cannot be used (%s) and is put aside", path.name, self._folder, error)
        self._close()
        with suppress(OSError):
            path.rename(path.with_suffix(".damaged"))

    def _close(self) -> None:
        if self._import is not None:
            with suppress(sqlite3.Error):
                self._import.close()
        self._import = self._clearing = None

# SPDX-License-Identifier: GPL-3.0-or-later
"""Having done what a command left for the log's one writer: by the recorder of a running appliance, which is watched,
or here, while no appliance can start.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from appliance.errors import Complaint
from appliance.start import state_directory
from blocklists.whose import home_facts
from store.base import db
from store.base.sentences import say, sentence_of
from store.config import devices, list_status, usable_settings
from store.imports import log_tasks
from store.imports.log_tasks import LogTasks
from store.log.protocol import LogError
from store.log.querylog import FILE_NAME
from store.log.sqlite_writer import SqliteWriter

WAIT_SECONDS = 0.3  # between two looks at what the recorder has done
STUCK_SECONDS = 120.0  # of a recorder that does nothing more; it may be that the disk is full
Progress = Callable[[str], None]


def do(state: Path, key: str, tell: Progress) -> None:
    """Have this task done. KeyboardInterrupt leaves the rest to whoever writes the log next. Raises Complaint."""
    if state_directory.is_claimed(state):
        _wait(state, key, tell)
        return
    number = state_directory.claim(state)
    try:
        _work(state, tell)
    except LogError as error:
        raise Complaint(say(
            "The query log cannot be written ({error}); what is left is done when Telltale runs next.",
            error=sentence_of(error),
        )) from None
    finally:
        if number is not None:
            os.close(number)


def show(text: str) -> None:
    """A line on a terminal that is written over; nothing where there is none."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _work(state: Path, tell: Progress) -> None:
    """Do all that waits, add up hours, and bring the names of devices into the log."""
    settings = usable_settings.load(state, os.environ)
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        known, names, titles, merged = (
            devices.clients(con), devices.names(con), list_status.titles(con), devices.merged(con),
        )  # fmt: skip
    log, tasks = SqliteWriter(state, home_facts.load(state)), LogTasks(state)
    try:
        if log.waits_for:
            raise LogError(log.waits_for)
        log.restore(known.get)  # what a recorder that was killed left
        log.commit(settings.log_keep_days, True, settings.log_keep_imported_days)
        while log.work(tasks.step):
            tell(_standing(state))
        log.retain(settings.log_keep_days, settings.log_max_mb, settings.log_keep_imported_days)
        log.copy_names(names, titles)
        log.follow_merged(merged)
        while log.attribute():
            pass
        hours = 0
        while log.roll():
            hours += 1
            if hours % 20 == 0:
                tell(say("Adding up hours: {count:,}", count=hours))
    finally:
        tasks.close()
        log.close()


def _wait(state: Path, key: str, tell: Progress) -> None:
    """Watch the recorder do it."""
    before, since = "", time.monotonic()
    while log_tasks.waits(state, key):
        time.sleep(WAIT_SECONDS)
        standing = _standing(state)
        if standing != before:
            before, since = standing, time.monotonic()
            tell(standing)
        if time.monotonic() - since > STUCK_SECONDS:
            raise Complaint(say("The recorder does nothing, and goes on when it can; ask `telltale doctor`."))
    if (state / log_tasks.FOLDER / (key + ".damaged")).exists():
        raise Complaint(say("What was read did not stay readable on the disk, and was put aside; try it again."))


def _standing(state: Path) -> str:
    """How far the last import is."""
    try:
        with closing(db.connect(state / FILE_NAME, read_only=True)) as con:
            row = con.execute("SELECT taken, rows, added FROM imports ORDER BY id DESC LIMIT 1").fetchone()
    except sqlite3.Error:
        row = None
    return say("Taken in: {taken:,} of {rows:,}", taken=row[0], rows=row[1]) if row else ""

# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting config.db back while the appliance runs, when somebody deletes, empties or replaces it."""

import logging
import os
from pathlib import Path

from store.base import db, file_faults
from store.base.sentences import say, sentence_of
from store.base.store_errors import StoreError

_MAGIC = b"SQLite format 3\0"  # how every database begins

log = logging.getLogger("telltale.supervisor")


class ConfigKeeper:
    """`look` now and then. Whoever watches config.db then finds the file that is there and takes up its policy.

    `restored`: what was done last, `trouble`: what cannot be done now; sentences, "" for nothing.
    A file that was emptied or written over in its place is none. Whoever holds this has no connection to it open: to
    close a second descriptor would give up that one's locks (POSIX).
    Without a copy nothing is begun: an appliance without a password in the place of one that had one helps nobody.
    """

    def __init__(self, state: Path) -> None:
        self._path = state / "config.db"
        self._file = self._identity()
        self._missing = False
        self.restored = self.trouble = ""

    def look(self) -> str:
        """What was done, or cannot be, as a sentence; "" while nothing has happened. Some microseconds then."""
        now = self._identity()
        if now == self._file and (now is not None or self._missing):
            return ""
        if now is None and not self._path.with_name("config.db.bak").exists():
            self._file, self._missing = None, True
            self.trouble = say(
                "{path} is gone, and there is no copy of it: DNS goes on as it was. Put the file back, or restart "
                "Telltale to begin anew.", path=self._path,
            )  # fmt: skip
            return self.trouble
        sentence = self._put_right()
        self._file = self._identity()
        self._missing = self._file is None
        return sentence

    def _put_right(self) -> str:
        try:
            report = db.open_config(self._path.parent)
        except (StoreError, OSError) as error:
            self.trouble = sentence_of(error)
            return self.trouble
        self.trouble = ""
        if report is not None:
            log.warning("%s", report.sentence)
            self.restored = report.sentence
        return report.sentence if report else ""

    def _identity(self) -> tuple[int, int] | None:
        """Device and inode of what lies there, None where that is no database."""
        try:
            with file_faults.open_file(self._path) as file:
                info = os.fstat(file.fileno())
                return (info.st_dev, info.st_ino) if file.read(len(_MAGIC)) == _MAGIC else None
        except OSError:
            return None

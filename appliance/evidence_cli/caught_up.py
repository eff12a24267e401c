# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence.db brought up to the query log by a command, where no appliance runs that does it.

Days get no links then: whether the chain is as it was left is for `telltale evidence verify` to say.
"""

from __future__ import annotations

import time
from pathlib import Path

from appliance.errors import Complaint
from appliance.evidence_cli import log_work
from appliance.start import state_directory
from appliance.terminal import printing
from evidence import process
from evidence.base import evidence_file
from evidence.idle_test import idle_tests_file
from store.base import side_file
from store.base.process_status import EvidenceStatus
from store.base.sentences import say
from store.log.querylog import FILE_NAME


def catch_up(state: Path) -> None:
    """Do what the process of evidence does once an hour. Nothing where an appliance runs, or there is no log.

    What cannot be written is told on standard error, and what is there already is used. Raises Complaint for Ctrl-C.
    """
    if state_directory.is_claimed(state) or not (state / FILE_NAME).exists():
        return
    try:
        before, done = _asides(state), _work(state)
        if added := _asides(state) - before:
            for name in sorted(added):
                printing.warn(say("A damaged file is put aside as {aside}; it is made anew.", aside=name))
            done = _work(state)  # made again at once, since nobody else does
    except KeyboardInterrupt:
        raise Complaint(say("The hours that were read are kept; the same command goes on from there.")) from None
    finally:
        log_work.show("")
    if done.log_damaged:
        raise Complaint(say(
            "The query log is damaged, so that nothing can be found in it. Start Telltale: it puts {file} aside and "
            "begins a new one.", file=FILE_NAME,
        ))  # fmt: skip
    if done.error:
        if not (state / evidence_file.FILE_NAME).exists():
            raise Complaint(done.error)
        printing.warn(done.error)


def _asides(state: Path) -> set[str]:
    return {path.name for file in (evidence_file, idle_tests_file) for path in side_file.asides(state / file.FILE_NAME)}


def _work(state: Path) -> EvidenceStatus:
    return process.work(state, time.time_ns() // 1000, rest=_Hours(), chained=False)


class _Hours:
    """Told after each hour, as a pass is to rest then; nobody else waits here."""

    def __init__(self) -> None:
        self._hours = 0

    def __call__(self, seconds: float) -> None:
        self._hours += 1
        if self._hours % 20 == 0:
            log_work.show(say("Reading the log: {count:,} hours", count=self._hours))

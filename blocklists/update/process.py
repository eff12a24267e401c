# SPDX-License-Identifier: GPL-3.0-or-later
"""The list-update process: fetches what is wanted and due, compiles when anything changed, publishes the index.

    python -m blocklists.update.process --state DIR [--run DIR] [--once] [--compile-only] [ID…]

Without `--once` it stays, and watches config.db: a list that is added or turned on is fetched at once. Each time a fork
does the work (`errand`), so that what stays is small. Wanted is every list that is on in any scope; one at a time is
fetched. `ID…` are fetched whether due or not, and imply `--once`. `--compile-only` fetches nothing: the packs and the
copies at hand become an index, within a second without copies.
"""

import argparse
import contextlib
import logging
import os
import select
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from blocklists.index import list_files
from blocklists.index.shard import Facts
from blocklists.rules.list_options import read
from blocklists.safety import essential
from blocklists.update import forked_job
from blocklists.update.assemble import Assembler, Listed
from blocklists.update.due import due_at
from store.base import logs, status
from store.base.db import connect
from store.base.process_status import UpdaterStatus
from store.base.pulse import beat
from store.base.sentences import say
from store.config import list_status, settings, usable_settings
from store.config.choices import SHIPPED, ListKind
from store.config.list_status import Installed, ListStatus
from store.config.watch import Watcher
from store.events.config_events import ConfigEvents

_log = logging.getLogger(__name__)
NICENESS = 10  # DNS goes first
POLL_SECONDS = 2.5  # an edit is told by the kernel, where that does
# Of many lists in a row, the first ones are not to wait for the last, nor each to cost a write of the whole index.
COMPILE_SECONDS = 30.0
MAX_WAIT_SECONDS = 3600.0  # a clock that was set meanwhile may have made a list due
# After config.db or the disk failed as a whole.
TROUBLE_SECONDS = 30.0


class Updater:
    """One state directory's update. `errors` holds the last failure of each list, by id."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str]) -> None:
        self._state, self._run, self._environ = state, run, environ
        self._database = state / "config.db"
        self.watcher = Watcher(self._database)
        self._assembler = Assembler(state)
        self._index: tuple[int, ...] | None = None
        self._failures: Counter[str] = Counter()
        self.errors: dict[str, str] = {}

    def work(self, ids: Sequence[str] = (), *, fetching: bool = True) -> float:
        """Do all that is to be done now; return the Unix time at which something will be due.

        With `ids`, those lists are fetched, due or not. Raise OSError, sqlite3.Error or ValueError.
        """
        if not self._database.exists():
            raise ValueError(say("there is no {path}; start Telltale once, which makes it", path=self._database))
        with list_files.lock(self._state), contextlib.closing(connect(self._database)) as con:
            self._compile(con)  # what is at hand blocks before anything is downloaded
            if fetching:
                self._fetch(con, ids)
            self._tell(None)
            self._index = list_files.index_mark(self._state)
            return min((due for due, _ in self._queue(con, ())), default=float("inf"))

    def work_apart(self) -> float:
        """As `work`, in a process of its own: what fetching and compiling take of memory goes with it. Raises Failed.

        config.db is closed while it forks, and open again before the work reads it, so that no edit is missed.
        """

        def work() -> dict[str, Any]:
            self.watcher.changed()
            return {"due": self.work(), "errors": self.errors, "failures": self._failures}

        self.watcher.close()
        outcome = forked_job.run(work, self.watcher.changed)
        self._index = list_files.index_mark(self._state)
        self.errors, self._failures = outcome["errors"], Counter(outcome["failures"])
        return float(outcome["due"])

    def index_lost(self) -> bool:
        """Whether somebody has deleted, emptied or written over the index since it was last there.

        Workers go on by what they have open, and those that start anew by the index before.
        """
        before, self._index = self._index, list_files.index_mark(self._state)
        return before is not None and before != self._index

    def _fetch(self, con: sqlite3.Connection, ids: Sequence[str]) -> None:
        """Fetch what is due, one list at a time, and compile when anything changed."""
        done: set[str] = set()
        pending, compiled = False, time.monotonic()
        # The table is read again each time: a list that is turned on meanwhile is not to wait for the next round.
        while item := next(
            (item for due, item in self._queue(con, ids) if due <= time.time() and item.id not in done), None
        ):
            done.add(item.id)
            pending |= self._refresh(con, item)
            if pending and time.monotonic() - compiled > COMPILE_SECONDS:
                self._compile(con)
                pending, compiled = False, time.monotonic()
        if pending:
            self._compile(con)

    def _queue(self, con: sqlite3.Connection, ids: Sequence[str]) -> list[tuple[float, Installed]]:
        """Return the lists to look after with the time at which each is due, the first first."""
        rows = _wanted(list_status.installed(con), ids)
        hours, now = usable_settings.load(self._state, self._environ).update_hours, int(time.time())
        self.errors = {row.id: self.errors[row.id] for row in rows if row.id in self.errors}
        return sorted(
            ((0 if ids else self._due_at(row, hours, now), row) for row in rows),
            key=lambda pair: (pair[0], pair[1].id),
        )

    def _due_at(self, item: Installed, hours: int, now: int) -> float:
        has_copy = list_files.text_path(self._state, item.id).exists()
        return due_at(item, has_copy=has_copy, hours=hours, failures=self._failures[item.id], now=now)

    def _compile(self, con: sqlite3.Connection) -> None:
        """Publish a new index if the one in place is missing, damaged or made from something else."""
        rows = list_status.installed(con)
        lists = [
            Listed(row.id, row.title, row.format, row.allow, read(row.options), row.guard)
            for row in rows
            if row.kind not in SHIPPED
        ]
        upstreams = usable_settings.load(self._state, self._environ).upstreams
        self._assembler.home = essential.of_home(upstreams, [row.source for row in rows])
        self._assembler.unguarded = frozenset(row.id for row in rows if row.kind == ListKind.PACK and not row.guard)
        if self._assembler.pending(lists) is None:
            return
        started = time.monotonic()
        list_files.clean(self._state, {row.id for row in rows})
        index = self._assembler.build(lists, self.watcher.index_generation() + 1)
        for blocklist_id, facts in self._assembler.made.items():
            list_status.note(con, blocklist_id, partial(_compiled, facts))
        for blocklist_id, left_out in self._assembler.left_out.items():
            list_status.note(con, blocklist_id, partial(_guarded, left_out))
        list_status.bump_index_generation(con)
        _log.info("index with %d names published (%.1f s)", len(index), time.monotonic() - started)

    def _refresh(self, con: sqlite3.Connection, item: Installed) -> bool:
        """Fetch one list; log a failure once, and once that it has passed."""
        from blocklists.update.refresh import refresh  # here, since compiling alone has no use for the HTTP client

        self._tell(item.id)
        proxy = self._environ.get("HTTPS_PROXY") if item.source.startswith("https:") else None
        outcome = refresh(con, self._state, item, proxy=proxy)
        before = self.errors.pop(item.id, item.status.error)
        if outcome.error:
            self._failures[item.id] += 1
            self.errors[item.id] = outcome.error
            if outcome.error != before:
                _log.warning("%s: %s", item.title, outcome.error)
            return False
        self._failures.pop(item.id, None)
        if outcome.changed or before:
            _log.info("%s is up to date%s", item.title, " again" if before else ", with a new version")
        return outcome.changed

    def _tell(self, running: str | None) -> None:
        now = int(time.time())
        status.publish(self._run, "updater", UpdaterStatus(running=running, last_run=now, errors=self.errors))


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run the process; return its exit code: 0, or 1 when a list or the whole failed."""
    options = _options(arguments)
    logs.setup("updater")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    os.nice(NICENESS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    state = settings.state_dir(options.state, environ)
    run = Path(options.run) if options.run else status.run_dir(state, environ)
    updater = Updater(state, run, environ)
    if options.once or options.compile_only or options.ids:
        try:
            updater.work(options.ids, fetching=not options.compile_only)
        except forked_job.FAULTS as error:
            _log.error("Lists cannot be updated: %s", error)
            return 1
        return 1 if updater.errors else 0
    _stay(updater, partial(rest, ConfigEvents(state)))
    return 0


def _stay(updater: Updater, rest: Callable[[], None]) -> None:
    """Work whenever something is due or config.db changed, until the process is ended; `rest` waits for the next look.

    What is due is waited for by a clock that never jumps, and looked up again within MAX_WAIT_SECONDS.
    """
    wake, trouble = 0.0, ""
    while True:
        if updater.watcher.changed() or updater.index_lost() or wake <= time.monotonic():
            try:
                wait, trouble = updater.work_apart() - time.time(), ""
            except (OSError, forked_job.Failed) as error:
                if str(error) != trouble:
                    _log.error("Lists cannot be updated: %s", error)
                wait, trouble = TROUBLE_SECONDS, str(error)
            wake = time.monotonic() + min(wait, MAX_WAIT_SECONDS)
        beat()
        rest()


def rest(events: ConfigEvents) -> None:
    """Until there is something to look at, or it is time to."""
    wait = events.wait(POLL_SECONDS)
    select.select([events] if events.is_quiet else [], [], [], wait)
    events.heard()


def _compiled(facts: Facts, status: ListStatus) -> ListStatus:
    """With what compiling found anew in a list's text."""
    return replace(status, sha256=facts.sha256, **list_status.facts(facts))


def _guarded(left_out: dict[str, str], status: ListStatus) -> ListStatus:
    return replace(status, guarded=left_out)


def _wanted(rows: Sequence[Installed], ids: Sequence[str]) -> list[Installed]:
    """Return the lists to look after: those named, or all that are on; raise ValueError for an unknown id."""
    lists = {row.id: row for row in rows if row.kind not in SHIPPED}
    if unknown := [blocklist_id for blocklist_id in ids if blocklist_id not in lists]:
        raise ValueError(say(
            "there is no list '{id}' to fetch; 'telltale lists' shows all (packs need no fetching)", id=unknown[0]
        ))  # fmt: skip
    return [lists[blocklist_id] for blocklist_id in ids] if ids else [row for row in lists.values() if row.on]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    prog = "python -m blocklists.update.process"
    parser = argparse.ArgumentParser(prog=prog, description="Update and compile blocklists.")
    parser.add_argument("--state", help="the state directory")
    parser.add_argument("--run", help="the directory for what need not survive")
    parser.add_argument("--once", action="store_true", help="do what is due, then end")
    parser.add_argument("--compile-only", action="store_true", help="fetch nothing, compile what is there, then end")
    parser.add_argument("ids", nargs="*", metavar="ID", help="fetch these lists now, then end")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

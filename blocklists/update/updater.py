# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps lists up to date: fetch what is wanted and due, compile when anything changed, publish the index.

Wanted is every list that is on in any scope; one at a time is fetched.
"""

import contextlib
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from blocklists.index import list_files
from blocklists.index.shard import Facts
from blocklists.rules.list_options import read
from blocklists.safety import essential
from blocklists.update.assemble import Assembler, Listed
from blocklists.update.due import due_at
from store.base import status
from store.base.db import connect
from store.base.process_status import UpdaterStatus
from store.base.sentences import say
from store.config import list_status, usable_settings
from store.config.choices import SHIPPED, ListKind
from store.config.list_status import Installed, ListStatus
from store.config.watch import Watcher

_log = logging.getLogger(__name__)
# Of many lists in a row, the first ones are not to wait for the last, nor each to cost a write of the whole index.
COMPILE_SECONDS = 30.0
MAX_WAIT_SECONDS = 86_400.0  # a look is made once a day at least


class Updater:
    """One state directory's update. `errors` tells what is wrong with each list that is on, by id, `failures` how often
    in a row its fetch failed, as far as the status in `run` knows it; `failed` are those that failed just now."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str]) -> None:
        self._state, self._run, self._environ = state, run, environ
        self._database = state / "config.db"
        self.watcher = Watcher(self._database)
        self._assembler = Assembler(state)
        before = status.read_updater(run)
        self.failures: Counter[str] = Counter(before.failures if before else {})
        self.errors: dict[str, str] = {}
        self.failed: set[str] = set()

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
            due = min([time.time() + MAX_WAIT_SECONDS, *(due for due, _ in self._queue(con, ()))])
            self._tell(None, due)
            return due

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
        installed = list_status.installed(con)
        rows = _wanted(installed, ids)
        hours, now = usable_settings.load(self._state, self._environ).update_hours, int(time.time())
        faults = {row.id: list_status.fault(row.status) for row in _wanted(installed, ())}
        self.errors = {id_: fault for id_, fault in faults.items() if fault}
        self.failures = Counter({row.id: self.failures[row.id] for row in installed if row.id in self.failures})
        return sorted(
            ((0 if ids else self._due_at(row, hours, now), row) for row in rows),
            key=lambda pair: (pair[0], pair[1].id),
        )

    def _due_at(self, item: Installed, hours: int, now: int) -> float:
        has_copy = list_files.text_path(self._state, item.id).exists()
        return due_at(item, has_copy=has_copy, hours=hours, failures=self.failures[item.id], now=now)

    def _compile(self, con: sqlite3.Connection) -> None:
        """Publish a new index if the one in place is missing, damaged or made from something else."""
        rows = list_status.installed(con)
        list_files.clean(self._state, {row.id for row in rows})
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
        before = list_status.fault(item.status)
        if outcome.error:
            self.failures[item.id] += 1
            self.failed.add(item.id)
            if outcome.error != before:
                _log.warning("%s: %s", item.title, outcome.error)
            return False
        self.failures.pop(item.id, None)
        if outcome.changed or before:
            _log.info("%s is up to date%s", item.title, " again" if before else ", with a new version")
        return outcome.changed

    def _tell(self, running: str | None, due: float = 0.0) -> None:
        now = int(time.time())
        status.publish(self._run, "updater", UpdaterStatus(
            running=running, last_run=now, errors=self.errors, failures=self.failures, due=due,
            index_mark=self._assembler.mark or (),
        ))  # fmt: skip


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

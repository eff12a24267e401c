# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder, sole writer of querylog.db: `python -m resolver.recorder.process --state DIR --run DIR --records FD,…`.

It reads the workers' batches, commits them as `commit_schedule` says, and adds up hours that are over. What waits long
for a commit is saved in querylog.waiting meanwhile (store.log.spool). Whatever goes wrong with the disk, DNS goes on:
rows wait in memory up to a bound, then the oldest are dropped, counted, and the count is written as soon as writing
works again.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from blocklists.whose.home_facts import HomeFacts
from resolver.recorder import batch_socket, laid_tables, memory_upkeep
from resolver.recorder.announcements import Announcements
from resolver.recorder.commit_schedule import MANY_ROWS, Pace
from resolver.recorder.config_looks import IDLE_SECONDS, ConfigLooks
from resolver.recorder.courtesy import Courtesy
from resolver.recorder.discovery import Discovery
from resolver.recorder.log_upkeep import LogUpkeep
from resolver.recorder.memory_upkeep import MemoryUpkeep
from resolver.recorder.noted_counts import GoneWorkers
from resolver.recorder.row_counter import RowCounter
from resolver.recorder.told_errors import ToldErrors
from resolver.recorder.told_status import ToldStatus
from store.base import logs
from store.base.argv import argued
from store.base.pulse import beat
from store.base.signal_wake import SignalWake
from store.config import usable_settings
from store.log.batches import Columns
from store.log.log_clock import ClockWatch
from store.log.protocol import LogDamaged, LogError, LogWriter
from store.log.readers import ReaderWatch
from store.log.sqlite_writer import SqliteWriter
from store.privacy import kept_devices, own_questions
from store.privacy.log_privacy import Kept

SEEN_SECONDS = 300.0  # between two notes of when clients were seen, while nobody looks
AGAIN_SECONDS = 1.0  # after a failure
AHEAD_SECONDS = IDLE_SECONDS / 2  # what is due so soon is done with what is due now: one wake-up for all
NOT_WRITTEN = "the query log cannot be written; rows wait in memory"

log = logging.getLogger(__name__)


class Recorder:
    """The process's state: the log and its writer, the workers' sockets, and when what is due."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str], sockets: list[socket.socket]) -> None:
        self.state, self.run, self.environ, self.stopping = state, run, environ, False
        self._settings = usable_settings.load(state, environ)
        self._config, self._errors, self._status = ConfigLooks(state), ToldErrors(), ToldStatus(run)
        self._discovery = Discovery(state, lambda: self._settings, lambda *which: self._announcements.asks(*which))
        self._announcements = Announcements(
            state / "config.db", lambda: self._settings, lambda address: self._discovery.device_of(address) is not None
        )
        self._facts, self._give_way = HomeFacts(), Courtesy()
        self._counter = RowCounter(self._facts.of_state(state))
        self._log: LogWriter = SqliteWriter(state, self._counter.facts, between=self._give_way)
        self._kept: Kept | None = None
        self._follow_privacy()
        self._upkeep = LogUpkeep(self._log, state, lambda: self._settings, self._errors.tell)
        self._pace, self._selector, self._clock = Pace(), selectors.DefaultSelector(), ClockWatch()
        self._readers, self.memory = self._watch(), MemoryUpkeep(self._log, self._counter)
        for source in (self._discovery.neighbours, self._config):
            if source.fileno() >= 0:
                self._selector.register(source, selectors.EVENT_READ)
        self._sockets, self._asks, self._came = list(sockets), batch_socket.Asks(), 0  # rows of one reading
        for sock in sockets:
            sock.setblocking(False)
            self._selector.register(sock, selectors.EVENT_READ)
        self._next_try = self._next_seen = 0.0
        self._discovery.newcomers.crowd_at = self._status.crowd_at
        self._gone, self._merged = GoneWorkers(run, lambda gone: self._log.gone(*gone)), dict[int, int]()
        if self._log.waits_for:
            self._errors.tell(NOT_WRITTEN, LogError(self._log.waits_for))
            self._pace.arrived(time.monotonic())

    def serve(self, signals: SignalWake | None = None) -> None:
        """Read, commit and tidy until told to stop, at once with `signals`; then read what is left, commit, close."""
        self._copy_names()
        if self._log.restore(self._discovery.device_of):
            self._pace.arrived(time.monotonic())
            self._commit()
        if signals is not None:
            self._selector.register(signals, selectors.EVENT_READ)
        while not self.stopping:
            dues = [at for at in (self._due(), self._save_due(), self._asks.due) if at is not None]
            wait = min(self._status.due, self._config.due, self._upkeep.due, *dues) - time.monotonic()
            for key, _ in self._selector.select(max(0.0, min(wait, IDLE_SECONDS))):
                if key.fileobj is self._discovery.neighbours:
                    self._discovery.follow_neighbours()
                elif isinstance(key.fileobj, SignalWake):  # such as SIGCONT, with which it goes on
                    key.fileobj.heard()
                elif isinstance(key.fileobj, socket.socket) and self._read(key.fileobj):
                    self._arrived(time.monotonic())
            self._do_what_is_due()
        for key in list(self._selector.get_map().values()):
            while isinstance(key.fileobj, socket.socket) and self._read(key.fileobj):
                pass
        self._commit()
        if self._log.buffered:  # the log is full or locked: the next recorder takes them up
            self._save()
        for part in (self._announcements, self._discovery, self._readers, self._config):
            part.close()
        self._publish()
        self._upkeep.close()
        self._log.close()

    def _read(self, sock: socket.socket) -> bool:
        """Take the messages that wait on `sock`; whether there were any."""
        count, is_held = batch_socket.read(sock, self._take, self._asks.heard, self._give_way)
        if not is_held:
            self._selector.unregister(sock)
            self._sockets.remove(sock)
        return count > 0

    def _arrived(self, now: float) -> None:
        self._pace.arrived(now, self._came)
        self._came = 0
        self._status.arrived(now)

    def _take(self, batch: Columns) -> None:
        of_home = own_questions.left_out(batch)
        self._came += len(of_home)
        self._discovery.take(of_home.clients)
        self._gone.heard(batch.worker, batch.started_us)
        self._counter.take(of_home)
        if self._kept is not None and not self._kept.is_all:
            self._discovery.settle()  # whose a new address is decides what may be written down
        self._log.add(batch, self._discovery.device_of)

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        opened, due, save_due = self._readers.opened(), self._due(), self._save_due()
        looked = self._readers.present and self._log.buffered < MANY_ROWS
        if self._asks.ready(self._sockets, now, opened=opened, due=due is not None and now >= due, looked=looked):
            self._commit()
            if self._asks.was_opened():
                self._readers.tell()
        elif save_due is not None and now >= save_due:
            self._save()
        self.memory.look(now)
        ahead = AHEAD_SECONDS if now >= min(self._status.due, self._config.due, self._upkeep.due) else 0.0
        self._upkeep.do_what_is_due(now, ahead)
        if self._config.woken(now):
            self._upkeep.wake(now)
        if self._config.changed(now, ahead):
            self._follow_config()
            self._upkeep.wake(now)
        if self._status.is_due(now, ahead):
            if self._gone.look():
                self._pace.arrived(now)
            beat()
            if self._clock.was_set():
                self._upkeep.clock_was_set(now)
            self._follow_log()
            self._upkeep.merge(self._discovery.merged)
            self._discovery.look_again()
            self._announcements.start()
            self._publish()

    def _due(self) -> float | None:
        """When to commit next, after a failure not before `_next_try`; None while workers are asked."""
        longest, rows = self._settings.log_commit_seconds, self._log.buffered
        due = self._pace.due(longest, rows, self._readers.present) if self._asks.due is None else None
        return None if due is None else max(due, self._next_try)

    def _save_due(self) -> float | None:
        due = self._pace.save_due(self._settings.log_commit_seconds)
        return None if due is None else max(due, self._next_try)

    def _save(self) -> None:
        self._discovery.settle()
        try:
            self._log.save()
        except OSError as error:
            self._errors.tell("the queries that wait for the log cannot be saved", error)
            self._commit()
        else:
            self._pace.saved()

    def _commit(self) -> None:
        now, rows = time.monotonic(), self._log.buffered
        longest, looked = self._settings.log_commit_seconds, self._readers.present
        if seen := looked or self.stopping or now >= self._next_seen:
            self._next_seen = now + SEEN_SECONDS
        self._discovery.settle()
        try:
            if self._log.commit(self._settings.log_keep_days, seen, self._settings.log_keep_imported_days):
                self._status.committed()
            self._log.follow_merged(self._merged)
            self._pace.committed(now, self._pace.is_quick(now, longest, rows, looked))
            self._errors.last = ""
            if self._readers.fileno() < 0:
                self._watch_again()
            return
        except LogDamaged as error:
            self._errors.tell("the query log is damaged; it is put aside and a new one begun", error)
            self._begin_anew(error)
        except LogError as error:  # full, locked, unreadable: it may pass
            self._errors.tell(NOT_WRITTEN, error)
        self._next_try = now + AGAIN_SECONDS

    def _watch(self) -> ReaderWatch:
        readers = ReaderWatch(self._log.path, self.run)
        if readers.fileno() >= 0:
            self._selector.register(readers, selectors.EVENT_READ)
        return readers

    def _begin_anew(self, error: LogDamaged) -> None:
        try:
            self._log.begin_anew(error)
        except LogError as fault:
            self._errors.tell("no new query log can be begun", fault)
            return
        self._begun("damaged")

    def _follow_log(self) -> None:
        """Whoever deletes or replaces the log while it is open would else see no row any more."""
        try:
            if self._log.follow_file():
                log.warning("the query log was deleted, emptied or replaced; it is taken up again from here")
                self._begun("lost")
        except LogError as error:
            self._errors.tell("the query log is gone, and none can be begun", error)

    def _begun(self, why: str) -> None:
        """Another file is the log now."""
        self._status.begun(why)
        self._pace.arrived(time.monotonic())
        self._watch_again()

    def _watch_again(self) -> None:
        """The log is another file than before."""
        if self._readers.fileno() >= 0:
            self._selector.unregister(self._readers)
            self._readers.close()
        self._readers = self._watch()
        self._copy_names()

    def _follow_config(self) -> None:
        """Take over new settings, device names and list titles: config.db has changed."""
        self._upkeep.merge(self._discovery.merged)
        self._discovery.refresh()
        self._settings = usable_settings.load(self.state, self.environ)
        self._counter.follow(self._facts.of_state(self.state))
        self._log.follow_facts(self._counter.facts)
        self._follow_privacy()
        self._copy_names()

    def _follow_privacy(self) -> None:
        """Take over what may be written down; while config.db does not say of whom, what held before holds."""
        self._kept = self._discovery.kept(self._settings) or self._kept or kept_devices.unread(self._settings)
        self._log.follow_privacy(own_questions.left_out_too(self._kept.reduce))

    def _copy_names(self) -> None:
        names, titles, merged = self._discovery.names(), self._discovery.titles(), self._discovery.merged_by_hand()
        if names is None or titles is None or merged is None:
            return  # it is tried again when config.db has changed
        try:
            self._log.copy_names(names, titles)
            self._merged = merged
        except LogError as error:
            self._errors.tell("names cannot be copied into the query log", error)

    def _publish(self) -> None:
        crowd_at = self._discovery.newcomers.crowd_at
        self._status.tell(self._log, self._counter.now(), self._errors.last, crowd_at)


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the supervisor gives, and serve until SIGTERM."""
    given = argued(words, ("state", "run", "records"))
    logs.setup("recorder")
    sockets = [socket.socket(fileno=int(number)) for number in given["records"].split(",")]
    memory_upkeep.starting()
    laid_tables.make(Path(given["state"]))
    recorder = Recorder(Path(given["state"]), Path(given["run"]), os.environ, sockets)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(recorder, "stopping", True))
    recorder.memory.started()
    recorder.serve(SignalWake())


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change would have done to a range of the log: the whole way from the question to its effect.

    STATE/config.db ─► a copy, and one that the edits have changed ─┐
    STATE/index, lists from outside ─► an index ────────────────────┼─► replay of STATE/querylog.db ─► Effect
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from blocklists.index.index import Index
from blocklists.packs import services
from evidence.whatif import policy_copy, throwaway_index, throwaway_state
from evidence.whatif.effect import Effect
from evidence.whatif.logged_rows import LoggedRows
from evidence.whatif.missed_names import MissedNames, nothing_changed
from evidence.whatif.policy_copy import AFTER, BEFORE
from evidence.whatif.replay import Progress, Replay
from evidence.whatif.sides import PolicySide
from evidence.whatif.tallies import Tallies
from evidence.whatif.whatif_change import Change, ToggleChange
from resolver.answer import snapshot
from store.base import db
from store.log.querylog import FILE_NAME, log_errors


def ask(
    state: Path,
    environ: Mapping[str, str],
    changes: Sequence[Change],
    from_us: int,
    to_us: int,
    *,
    scratch: Path | None = None,
    progress: Progress = lambda share: None,
) -> Effect:
    """What the changes would have done to [from_us, to_us), µs since 1970.

    `scratch`: where copies lie meanwhile; None: among temporary files. Raises BadChange, EditError, LogError,
    StoreError, OSError, sqlite3.Error; each with a sentence.
    """
    with throwaway_state.copied(state, environ, scratch) as (folder, base):
        touched, index = policy_copy.make(folder / AFTER, changes), base.index
        if wanted := throwaway_index.missing(folder / AFTER, touched, index):
            index = throwaway_index.compile_with(state, folder / AFTER, wanted, environ)
        with sides(state, folder, base, index) as (rows, before, after), log_errors():
            replay = Replay(rows, before, after, Tallies(rows.companies))
            begin, end = clipped(rows, from_us, to_us)
            replay.run(begin, end, progress)
            effect = _effect(rows, replay.tallies, _switched(changes), (from_us, to_us), (begin, end))
        return effect if policy_copy.is_changed(folder / AFTER) else replace(effect, warnings=(nothing_changed(),))


@contextlib.contextmanager
def sides(
    state: Path, folder: Path, base: snapshot.Snapshot, index: Index
) -> Iterator[tuple[LoggedRows, PolicySide, PolicySide]]:
    """The log and both sides over the copies in a folder, in one look at each."""
    with ExitStack() as stack:
        with log_errors():
            log = stack.enter_context(closing(db.connect(state / FILE_NAME, read_only=True)))
            stack.enter_context(db.transaction(log, "DEFERRED"))
            rows = LoggedRows(log)
        devices = frozenset(client.device for client in rows.clients.values())
        before, after = (
            PolicySide(
                stack.enter_context(closing(db.connect(folder / name / "config.db", read_only=True))), base, index,
                devices,
            )
            for name in (BEFORE, AFTER)
        )  # fmt: skip
        yield rows, before, after


def clipped(rows: LoggedRows, from_us: int, to_us: int) -> tuple[int, int]:
    """The range without the time before the first and after the last record; empty where there is none."""
    ends = rows.ends()
    if ends is None or ends[0] >= to_us or ends[1] < from_us:
        return from_us, from_us
    return max(from_us, ends[0]), min(to_us, ends[1] + 1)


def _switched(changes: Sequence[Change]) -> frozenset[str]:
    """Titles of the services that are turned off on purpose."""
    ids = {change.blocklist for change in changes if isinstance(change, ToggleChange)}
    return frozenset(service.title for service in services.load() if service.blocklist_id in ids)


def _effect(
    rows: LoggedRows, tallies: Tallies, switched: frozenset[str], asked: tuple[int, int], there: tuple[int, int]
) -> Effect:
    ranked = tallies.ranked()
    names = rows.names(ranked)
    shown, left_out = tallies.named(names)
    changed = ((names[number], tallies.changed[number]) for number in ranked if number in names)
    more = tallies.direction(more=True, devices=rows.device_names)
    warnings = MissedNames.load().warnings(changed, rows.device_names, switched) if more.queries else ()
    first_us, last_us = (there[0], there[1] - 1) if tallies.queries else (0, 0)
    return Effect(
        *asked, first_us, last_us, tallies.queries, tallies.unjudged, more,
        tallies.direction(more=False, devices=rows.device_names), shown, left_out, warnings,
    )  # fmt: skip

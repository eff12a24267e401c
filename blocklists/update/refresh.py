# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring one list up to date: fetch, check by parsing, replace the copy. Whatever fails, the last good copy stays."""

import sqlite3
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from blocklists.formats.unpack import Refused
from blocklists.history import rule_dates, version_diff
from blocklists.index import list_files
from blocklists.index.shard import Facts, Shard
from blocklists.rules.list_options import read
from blocklists.update.assemble import guard_for
from blocklists.update.fetch import USUAL, Answer, FetchFailed, Limits, fetch
from store.base.sentences import say, sentence_of, together
from store.config import list_status
from store.config.list_status import Installed, ListStatus


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one list: whether its rules changed, and a sentence when it failed or is held back."""

    changed: bool
    error: str | None = None


def refresh(
    con: sqlite3.Connection,
    state: Path,
    item: Installed,
    *,
    proxy: str | None = None,
    limits: Limits = USUAL,
) -> Outcome:
    """Fetch `item` from its source if it changed, and note in config.db what came of it. Raise sqlite3.Error."""
    has_copy = list_files.text_path(state, item.id).exists()
    known = item if has_copy else replace(item, status=list_status.unfetched(item.status))
    now = int(time.time())
    try:
        version = _fetched(state, known, proxy, limits)
    except HeldBack as held_back:
        list_status.note(con, item.id, partial(_held, held_back, now))
        return Outcome(False, list_status.fault(_held(held_back, now, item.status)))
    except (FetchFailed, Refused, OSError) as error:
        sentence = _sentence(error, has_copy)
        list_status.note(con, item.id, lambda status: replace(status, checked_at=now, error=sentence))
        return Outcome(False, sentence)
    changed = version is not None and version.facts.sha256 != known.status.sha256
    list_status.note(con, item.id, partial(_taken, version, now, changed))
    return Outcome(changed)


class HeldBack(Exception):  # noqa: N818 - what is done to the version
    """A new version is not taken until a person says so. The text is a clause."""

    def __init__(self, reason: str, sha256: str) -> None:
        super().__init__(reason)
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a list that was fetched and published; `changes` is empty where nothing can be compared."""

    answer: Answer
    facts: Facts
    changes: dict[str, Any]


def _fetched(state: Path, item: Installed, proxy: str | None, limits: Limits) -> Version | None:
    """Fetch and publish; None when the source has nothing new."""
    text, status = list_files.text_path(state, item.id), item.status
    known = Answer(False, status.etag, status.last_modified) if status.etag or status.last_modified else None
    with list_files.draft(text.parent, text.name) as (file, temporary):
        answer = fetch(item.source, file, known=known, proxy=proxy, limits=limits)
        if not answer.changed:
            return None
        file.flush()
        guard, seed = guard_for(guarded=item.guard, allow=item.allow), list_files.seed(state)
        options = read(item.options)
        shard = Shard.of_text(temporary, item.format, seed, options, guard)
        facts, changes = shard.facts, dict[str, Any]()
        if status.sha256 and facts.sha256 not in (status.sha256, status.accepted):
            before, after = version_diff.ending(text), version_diff.ending(temporary)
            reason = version_diff.suspicion(status.rules, before, facts, after)
            if reason:
                raise HeldBack(reason, facts.sha256)
        if facts.sha256 != status.sha256 or facts.bytes != text.stat().st_size:
            old = Shard.open(list_files.shard_path(state, item.id), text, item.format, seed, options, guard)
            if old and status.sha256:
                changes = version_diff.between(old, text, shard, temporary, seed).values()
            _date(state, item, old, shard)  # before the copy: a rule without a date would pass for an older one
            list_files.publish(file, temporary, text)
            shard.save(list_files.shard_path(state, item.id))
    return Version(answer, facts, changes)


def _held(reason: HeldBack, now: int, status: ListStatus) -> ListStatus:
    return replace(status, checked_at=now, error=None, held=sentence_of(reason), held_sha256=reason.sha256)


def _taken(version: Version | None, now: int, changed: bool, status: ListStatus) -> ListStatus:
    """As it is after a fetch that went well; None: of nothing new."""
    status = replace(status, checked_at=now, error=None, held=None, held_sha256=None, accepted=None)
    if version is None:
        return status
    return replace(
        status, fetched_at=now, changed_at=now if changed else status.changed_at, etag=version.answer.etag,
        last_modified=version.answer.last_modified, sha256=version.facts.sha256,
        changes=version.changes or status.changes, **list_status.facts(version.facts),
    )  # fmt: skip


def _date(state: Path, item: Installed, old: Shard | None, new: Shard) -> None:
    """Note that the rules of `new` which `old` lacks are there from now on."""
    path, text = list_files.since_path(state, item.id), list_files.text_path(state, item.id)
    rule_dates.renewed(path, text, old, new, list_files.seed(state), int(time.time())).save(path)


def _sentence(error: Exception, has_copy: bool) -> str:
    if isinstance(error, OSError):
        what = say("Could not be stored: {error}.", error=error.strerror or str(error))
    elif isinstance(error, Refused):
        what = say("Refused: {why}.", why=sentence_of(error))
    else:
        what = say("Not fetched: {why}.", why=sentence_of(error))
    return together(
        what, say("The last good copy stays in use.") if has_copy else say("There is no earlier copy of it.")
    )

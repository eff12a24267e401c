# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring one list up to date: fetch, check by parsing, replace the copy. Whatever fails, the last good copy stays."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blocklists.formats.unpack import Refused
from blocklists.history import rule_dates, version_diff
from blocklists.index import list_files
from blocklists.index.shard import Shard
from blocklists.rules.list_options import read
from blocklists.update.assemble import guard_for
from blocklists.update.fetch import USUAL, Answer, FetchFailed, Limits, fetch
from store.config import list_status
from store.config.list_status import Installed


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
    now = int(time.time())
    try:
        values = _fetched(state, item if has_copy else _anew(item), proxy, limits)
    except HeldBack as held:
        noted = {"checked_at": now, "error": None, "held": str(held), "held_sha256": held.sha256}
        list_status.note(con, item.id, noted)
        return Outcome(False, f"Held back: {held}. The last good copy stays in use; accept the new one if it is meant.")
    except (FetchFailed, Refused, OSError) as error:
        sentence = _sentence(error, has_copy)
        list_status.note(con, item.id, {"checked_at": now, "error": sentence})
        return Outcome(False, sentence)
    changed = bool(values) and values["sha256"] != (item.sha256 if has_copy else None)
    times = {"checked_at": now} | ({"fetched_at": now} if values else {}) | ({"changed_at": now} if changed else {})
    taken = {"held": None, "held_sha256": None, "accepted": None}
    list_status.note(con, item.id, {"error": None, **taken, **values, **times})
    return Outcome(changed)


class HeldBack(Exception):  # noqa: N818 - what is done to the version
    """A new version is not taken until a person says so. The text is a clause."""

    def __init__(self, reason: str, sha256: str) -> None:
        super().__init__(reason)
        self.sha256 = sha256


def _fetched(state: Path, item: Installed, proxy: str | None, limits: Limits) -> dict[str, Any]:
    """Fetch and publish; return the columns of blocklist_status that this decides, none when nothing changed."""
    text = list_files.text_path(state, item.id)
    known = Answer(False, item.etag, item.last_modified) if item.etag or item.last_modified else None
    with list_files.draft(text.parent, text.name) as (file, temporary):
        answer = fetch(item.source, file, known=known, proxy=proxy, limits=limits)
        if not answer.changed:
            return {}
        file.flush()
        held, seed = guard_for(guarded=item.guard, allow=item.allow), list_files.seed(state)
        options = read(item.options)
        shard = Shard.of_text(temporary, item.format, seed, options, held)
        facts, changed = shard.facts, {}
        if item.sha256 and facts.sha256 not in (item.sha256, item.accepted):
            before, after = version_diff.ending(text), version_diff.ending(temporary)
            reason = version_diff.suspicion(item.rules, before, facts, after)
            if reason:
                raise HeldBack(reason, facts.sha256)
        if facts.sha256 != item.sha256 or facts.bytes != text.stat().st_size:
            old = Shard.open(list_files.shard_path(state, item.id), text, item.format, seed, options, held)
            if old and item.sha256:
                changed = version_diff.between(old, text, shard, temporary, seed).values()
            _date(state, item, old, shard)  # before the copy: a rule without a date would pass for an older one
            list_files.publish(file, temporary, text)
            shard.save(list_files.shard_path(state, item.id))
    noted = {"etag": answer.etag, "last_modified": answer.last_modified, **facts.columns()}
    return {**noted, "changes": changed} if changed else noted


def _date(state: Path, item: Installed, old: Shard | None, new: Shard) -> None:
    """Note that the rules of `new` which `old` lacks are there from now on."""
    path, text = list_files.since_path(state, item.id), list_files.text_path(state, item.id)
    rule_dates.renewed(path, text, old, new, list_files.seed(state), int(time.time())).save(path)


def _anew(item: Installed) -> Installed:
    """Return `item` as if nothing had been fetched: its copy is gone."""
    known = {name: getattr(item, name) for name in item.__slots__}
    return Installed(**{**known, "etag": None, "last_modified": None, "sha256": None})


def _sentence(error: Exception, has_copy: bool) -> str:
    if isinstance(error, OSError):
        what = f"Could not be stored: {error.strerror or error}"
    else:
        what = f"{'Refused' if isinstance(error, Refused) else 'Not fetched'}: {error}"
    return f"{what}. {'The last good copy stays in use.' if has_copy else 'There is no earlier copy of it.'}"

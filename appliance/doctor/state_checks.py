# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at in the state directory."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing

from appliance.doctor.finding import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from blocklists.index.index import CorruptIndex, Index
from store.base import db
from store.base.db import StoreError
from store.config import list_status
from store.config.choices import ListKind

# Below the first the query log may soon stop; below the second config.db cannot be written safely.
LITTLE_SPACE = 200 * 1024 * 1024
NO_SPACE = 20 * 1024 * 1024
DAY = 86_400


def directory(seen: Observation) -> Iterator[Finding]:
    """Is there, writable, and with room."""
    state = seen.state
    if not state.is_dir():
        cure = "Start Telltale once with `telltale run`, or name its directory with --state DIR."
        yield Finding("state directory", BAD, f"There is no {state}.", cure)
        return
    if not os.access(state, os.W_OK | os.X_OK):
        cure = "Make it writable for the user of Telltale, or run the doctor as that user."
        yield Finding("state directory", BAD, f"{state} cannot be written.", cure)
    free = shutil.disk_usage(state).free
    megabytes = free // (1024 * 1024)
    if free < LITTLE_SPACE:
        cure = "Make room, or lower log_max_mb or log_keep_days in the settings."
        yield Finding("disk", BAD if free < NO_SPACE else WARNING, f"{megabytes} MiB are free at {state}.", cure)
    else:
        yield Finding("disk", OK, f"{megabytes:,} MiB are free at {state}.")


def config_db(seen: Observation) -> Iterator[Finding]:
    """The database of settings, lists and devices is sound."""
    path = seen.state / "config.db"
    if not path.exists():
        return
    try:
        db.check(path)
    except StoreError as error:
        copy = path.with_name(path.name + ".bak").exists()
        cure = "Restart Telltale; it restores the last good copy." if copy else "Restart Telltale; it begins anew."
        yield Finding("config.db", BAD, str(error), cure)
    else:
        yield Finding("config.db", OK, "config.db is sound.")


def index(seen: Observation) -> Iterator[Finding]:
    """The compiled lists can be used, and are not old."""
    path = seen.state / "index" / "current.idx"
    if not seen.state.is_dir():
        return
    try:
        compiled = Index.open(path)
    except CorruptIndex as error:
        cure = "Restart Telltale, or compile with `telltale lists update`."
        yield Finding("index", BAD, f"There is no index to answer from ({error.reason}).", cure)
        return
    yield Finding("index", OK, f"{len(compiled):,} names of {len(compiled.slots)} lists are compiled.")


def lists(seen: Observation) -> Iterator[Finding]:
    """Lists that are on were fetched, and lately."""
    path = seen.state / "config.db"
    if not path.exists():
        return
    with closing(db.connect(path, read_only=True)) as con:
        wanted = [row for row in list_status.installed(con) if row.on and row.kind != ListKind.PACK]
    broken = [row for row in wanted if row.status.error]
    for row in broken:
        cure = f"Correct its source or turn it off: `telltale lists off {row.id}`."
        yield Finding("lists", WARNING, f"{row.id}: {row.status.error}", cure)
    limit = seen.now - 3 * max(DAY, seen.settings.update_hours * 3600)
    for row in wanted:
        checked_at = row.status.checked_at
        if not row.status.error and (checked_at is None or checked_at < limit):
            age = "never" if checked_at is None else f"{int(seen.now - checked_at) // DAY} days ago"
            text = f"{row.id} was last looked at {age}." if checked_at else f"{row.id} was never fetched."
            yield Finding("lists", WARNING, text, "Fetch it with `telltale lists update`.")
    if not broken:
        yield Finding("lists", OK, f"{len(wanted)} lists that need fetching are on.")


CHECKS = (directory, config_db, index, lists)

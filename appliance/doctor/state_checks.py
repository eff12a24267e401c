# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at in the state directory."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing

from appliance.doctor.examined import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from blocklists.index.index import CorruptIndex, Index
from store.base import db
from store.base.private_files import open_to_others
from store.base.sentences import say, say_count, sentence_of, together
from store.base.store_errors import StoreError
from store.config import list_status
from store.config.choices import SHIPPED
from store.config.wall_switches import SWITCHES
from store.health.unreached import is_unreached

# Below the first the query log may soon stop; below the second config.db cannot be written safely.
LITTLE_SPACE = 200 * 1024 * 1024
NO_SPACE = 20 * 1024 * 1024
DAY = 86_400


def directory(seen: Observation) -> Iterator[Finding]:
    """Is there, writable, and with room."""
    state = seen.state
    if not state.is_dir():
        cure = say("Start Telltale once with `telltale run`, or name its directory with --state DIR.")
        yield Finding("state directory", BAD, say("There is no {state}.", state=state), cure)
        return
    if not os.access(state, os.W_OK | os.X_OK):
        cure = say("Make it writable for the user of Telltale, or run the doctor as that user.")
        yield Finding("state directory", BAD, say("{state} cannot be written.", state=state), cure)
    free = shutil.disk_usage(state).free
    megabytes = free // (1024 * 1024)
    if free < LITTLE_SPACE:
        cure = say("Make room, or lower log_max_mb or log_keep_days in the settings.")
        text = say("{megabytes} MiB are free at {state}.", megabytes=megabytes, state=state)
        yield Finding("disk", BAD if free < NO_SPACE else WARNING, text, cure)
    else:
        yield Finding("disk", OK, say("{megabytes:,} MiB are free at {state}.", megabytes=megabytes, state=state))


def config_db(seen: Observation) -> Iterator[Finding]:
    """The database of settings, lists and devices is sound."""
    path = seen.state / "config.db"
    if not path.exists():
        return
    try:
        db.check(path)
    except StoreError as error:
        copy = path.with_name(path.name + ".bak").exists()
        anew = say("Restart Telltale; it begins anew.")
        cure = say("Restart Telltale; it restores the last good copy.") if copy else anew
        yield Finding("config.db", BAD, sentence_of(error), cure)
    else:
        yield Finding("config.db", OK, say("config.db is sound."))


def index(seen: Observation) -> Iterator[Finding]:
    """The compiled lists can be used, and are not old."""
    path = seen.state / "index" / "current.idx"
    if not seen.state.is_dir():
        return
    try:
        compiled = Index.open(path)
    except CorruptIndex as error:
        cure = say("Restart Telltale, or compile with `telltale lists update`.")
        yield Finding("index", BAD, say("There is no index to answer from ({why}).", why=error.reason), cure)
        return
    of_the_wall = {switch.names.id for switch in SWITCHES if switch.names}
    text = say_count(
        len({slot.blocklist_id for slot in compiled.slots} - of_the_wall),
        "{count:,} blocklist is compiled: {names:,} names, every level of a pack and the wall's own included.",
        "{count:,} blocklists are compiled: {names:,} names, every level of a pack and the wall's own included.",
        names=len(compiled),
    )
    yield Finding("index", OK, text)


def lists(seen: Observation) -> Iterator[Finding]:
    """Lists that are on were fetched, and lately."""
    path = seen.state / "config.db"
    if not path.exists():
        return
    with closing(db.connect(path, read_only=True)) as con:
        wanted = [row for row in list_status.installed(con) if row.on and row.kind not in SHIPPED]
    broken = [row for row in wanted if row.status.error]
    for row in broken:
        cure = say("Correct its source or turn it off: `telltale lists off {id}`.", id=row.id)
        if is_unreached(row.status.error):
            alone = say("It is fetched by itself once its server is reached. If this list alone fails, it has moved.")
            cure = together(alone, cure)
        yield Finding("lists", WARNING, say("{id}: {why}", id=row.id, why=row.status.error), cure)
    limit = seen.now - 3 * max(DAY, seen.settings.update_hours * 3600)
    for row in wanted:
        checked_at = row.status.checked_at
        if not row.status.error and (checked_at is None or checked_at < limit):
            days = int(seen.now - (checked_at or 0)) // DAY
            late = say("{id} was last looked at {days} days ago.", id=row.id, days=days)
            text = late if checked_at else say("{id} was never fetched.", id=row.id)
            yield Finding("lists", WARNING, text, say("Fetch it with `telltale lists update`."))
    if not broken:
        yield Finding("lists", OK, say("{count} lists that need fetching are on.", count=len(wanted)))


def privacy(seen: Observation) -> Iterator[Finding]:
    """Nobody else on this machine can read what the home asks."""
    open_files = open_to_others(seen.state)
    if open_files:
        text = say("Others on this machine can read {path} ({count} files).", path=open_files[0], count=len(open_files))
        yield Finding("privacy", WARNING, text, say("Restart Telltale; it closes them."))


CHECKS = (directory, privacy, config_db, index, lists)

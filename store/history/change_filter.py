# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes are wanted: by who made them, what they are about, and of which device. Plain sqlite3."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from store.base.sentences import Sentence, say, unpacked
from store.history.acting import Origin

# What people call the tables of a change.
KINDS: Mapping[str, tuple[Sentence, tuple[str, ...]]] = {
    "lists": (say("lists, packs, services"), ("toggle", "blocklist", "safe_search")),
    "rules": (say("rules of your own"), ("rule",)),
    "devices": (say("devices"), ("device", "device_mac", "device_name", "device_network", "device_merged", "client")),
    "groups": (say("groups and times"), ("group", "device_group", "schedule")),
    "relief": (say("pauses, what is let through, requests"), ("pause", "exception", "request")),
    "names": (say("local names, forwards, DHCP"), ("local_record", "forward", "dhcp_static")),
    "evidence": (say("corrections and findings"), ("name_correction", "finding_state")),
    "settings": (say("settings and the wall"), ("setting", "wall_switch")),
}
# How a change came, as people call it, with its origins.
WAYS: Mapping[str, tuple[Sentence, tuple[Origin, ...]]] = {
    "pages": (say("on the pages"), (Origin.BROWSER,)),
    "device": (say("at a device itself"), (Origin.DEVICE,)),
    "command": (say("at the command line"), (Origin.COMMAND,)),
    "api": (say("by a program (API)"), (Origin.TOKEN,)),
    "itself": (say("by Telltale itself"), (Origin.START, Origin.UNKNOWN)),
}
_ROW = "coalesce(r.after, r.before)"
_OF_DEVICE = f"""(json_extract({_ROW}, '$.scope_kind') = 'device' AND json_extract({_ROW}, '$.scope_id') = ?1)
    OR json_extract({_ROW}, '$.device_id') = ?1 OR (r.table_name = 'device' AND json_extract({_ROW}, '$.id') = ?1)"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`who`: as the history has it, packed; `kind`: of KINDS; `device`: its id; `q`: words that it says; `way`: of
    WAYS; from_s ≤ time < to_s. All must hold; "" and 0: any.
    """

    who: str = ""
    kind: str = ""
    device: int = 0
    q: str = ""
    way: str = ""
    from_s: int = 0
    to_s: int = 0


ALL = Wanted()


def ids(con: sqlite3.Connection, wanted: Wanted, before: int, limit: int) -> list[int]:
    """Of the changes that are wanted, the newest first, older than `before`. The history is bounded: all are read."""
    about = _about(con, wanted)
    words, wanted_ids = wanted.q.lower().split(), list[int]()
    origins = WAYS[wanted.way][1] if wanted.way in WAYS else tuple(Origin)
    sql = "SELECT id, who, what, origin FROM change WHERE id < ? AND at >= ? AND at < ? ORDER BY id DESC"
    for number, who, what, origin in con.execute(sql, (before, wanted.from_s, wanted.to_s or 2**62)):
        if len(wanted_ids) == limit:
            break
        if (about is None or number in about) and wanted.who in ("", who) and origin in origins:
            text = str(unpacked(what)).lower() if words else ""
            if all(word in text for word in words):
                wanted_ids.append(number)
    return wanted_ids


def way_of(origin: str) -> Sentence:
    """How a change of this origin came."""
    return next((title for title, origins in WAYS.values() if origin in origins), WAYS["itself"][0])


def people(con: sqlite3.Connection) -> list[tuple[str, Sentence]]:
    """Everybody who made a change, as the history has them and as they are called, those with the most first."""
    rows = con.execute("SELECT who, count(*) FROM change GROUP BY who ORDER BY 2 DESC, 1 LIMIT 50")
    return [(who, unpacked(who)) for who, _ in rows]


def _about(con: sqlite3.Connection, wanted: Wanted) -> frozenset[int] | None:
    """The changes whose rows are wanted; None: any."""
    sets: list[frozenset[int]] = []
    if wanted.kind in KINDS:
        sql = "SELECT change_id FROM change_row WHERE table_name IN (SELECT value FROM json_each(?))"
        sets.append(frozenset(number for (number,) in con.execute(sql, (json.dumps(KINDS[wanted.kind][1]),))))
    if wanted.device:
        sql = f"SELECT r.change_id FROM change_row r WHERE {_OF_DEVICE}"  # noqa: S608 - fixed text
        sets.append(frozenset(number for (number,) in con.execute(sql, (wanted.device,))))
    return frozenset.intersection(*sets) if sets else None

# SPDX-License-Identifier: GPL-3.0-or-later
"""gravity.db as Pi-hole's FTL asks it: one list of everybody's group.

FTL reads views and tables by name: names of the lists with the group that they are for, and the home's own rules, of
which there are none here. What Pi-hole's scripts keep beside that (dates, comments, triggers) it does without.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench.rivals.lists import names

VERSION = 19  # of Pi-hole 6
LIST, EVERYBODY = 1, 0
_TABLES = """
CREATE TABLE "group" (id INTEGER PRIMARY KEY, enabled BOOLEAN NOT NULL DEFAULT 1, name TEXT UNIQUE NOT NULL);
CREATE TABLE adlist (id INTEGER PRIMARY KEY, address TEXT NOT NULL, enabled BOOLEAN NOT NULL DEFAULT 1, comment TEXT,
    number INTEGER NOT NULL DEFAULT 0, type INTEGER NOT NULL DEFAULT 0);
CREATE TABLE adlist_by_group (adlist_id INTEGER NOT NULL, group_id INTEGER NOT NULL,
    PRIMARY KEY (adlist_id, group_id));
CREATE TABLE domainlist (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, domain TEXT NOT NULL,
    enabled BOOLEAN NOT NULL DEFAULT 1, comment TEXT);
CREATE TABLE domainlist_by_group (domainlist_id INTEGER NOT NULL, group_id INTEGER NOT NULL,
    PRIMARY KEY (domainlist_id, group_id));
CREATE TABLE client (id INTEGER PRIMARY KEY, ip TEXT NOT NULL UNIQUE, comment TEXT);
CREATE TABLE client_by_group (client_id INTEGER NOT NULL, group_id INTEGER NOT NULL,
    PRIMARY KEY (client_id, group_id));
CREATE TABLE gravity (domain TEXT NOT NULL, adlist_id INTEGER NOT NULL);
CREATE TABLE antigravity (domain TEXT NOT NULL, adlist_id INTEGER NOT NULL);
CREATE TABLE info (property TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_LISTED = """
CREATE VIEW vw_{0} AS SELECT domain, {0}.adlist_id AS adlist_id, group_id FROM {0}
    JOIN adlist_by_group ON adlist_by_group.adlist_id = {0}.adlist_id
    JOIN adlist ON adlist.id = {0}.adlist_id WHERE adlist.enabled = 1;
"""
_RULES = """
CREATE VIEW vw_{0} AS SELECT domain, domainlist.id AS id, group_id FROM domainlist
    JOIN domainlist_by_group ON domainlist_by_group.domainlist_id = domainlist.id
    WHERE enabled = 1 AND type = {1} ORDER BY domainlist.id;
"""
_ADLIST = """
CREATE VIEW vw_adlist AS SELECT DISTINCT address, id, type FROM adlist WHERE enabled = 1 ORDER BY id;
"""
# Type of a rule → its view, under the names of version 6 and of those before.
_VIEWS = (("allowlist", 0), ("denylist", 1), ("regex_allowlist", 2), ("regex_denylist", 3),
          ("whitelist", 0), ("blacklist", 1), ("regex_whitelist", 2), ("regex_blacklist", 3))  # fmt: skip


def write(path: Path, lists: Sequence[Path]) -> None:
    """A new gravity.db with all names of the lists."""
    with closing(sqlite3.connect(path)) as con:
        con.executescript(_TABLES + _ADLIST)
        con.executescript("".join(_LISTED.format(table) for table in ("gravity", "antigravity")))
        con.executescript("".join(_RULES.format(view, kind) for view, kind in _VIEWS))
        con.execute('INSERT INTO "group" (id, name) VALUES (?, ?)', (EVERYBODY, "Default"))
        con.execute("INSERT INTO adlist (id, address) VALUES (?, ?)", (LIST, "https://bench.invalid/list"))
        con.execute("INSERT INTO adlist_by_group VALUES (?, ?)", (LIST, EVERYBODY))
        con.executemany("INSERT INTO gravity VALUES (?, ?)", ((name, LIST) for name in names(lists)))
        count = con.execute("SELECT count(DISTINCT domain) FROM gravity").fetchone()[0]
        con.execute("UPDATE adlist SET number = ?", (count,))
        con.executemany("INSERT INTO info VALUES (?, ?)", (("version", str(VERSION)), ("gravity_count", str(count)),
                                                           ("updated", "0")))  # fmt: skip
        con.execute("CREATE INDEX idx_gravity ON gravity (domain, adlist_id)")
        con.commit()

-- Groups are many to many with devices. `group_id` of a device goes once nothing reads it any more.
CREATE TABLE device_group (
    device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    group_id  INTEGER NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
    PRIMARY KEY (device_id, group_id)
);
INSERT INTO device_group (device_id, group_id) SELECT id, group_id FROM device WHERE group_id IS NOT NULL;

-- windows: JSON [{"days": ["mon", …], "from": "21:00", "to": "06:30"}] in the home's zone.
CREATE TABLE schedule (
    id      INTEGER NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    windows TEXT NOT NULL
);

-- What has a schedule holds inside it alone; a group's own schedule is when its devices have no access.
-- upstreams: JSON list of what the group's devices are answered by, empty: the house's.
ALTER TABLE toggle  ADD COLUMN schedule_id INTEGER REFERENCES schedule (id);
ALTER TABLE rule    ADD COLUMN schedule_id INTEGER REFERENCES schedule (id);
ALTER TABLE "group" ADD COLUMN schedule_id INTEGER REFERENCES schedule (id);
ALTER TABLE "group" ADD COLUMN upstreams TEXT NOT NULL DEFAULT '[]';

-- Blocking stopped for a scope, or one list there (NULL: everything); until NULL: until it is resumed. Unix seconds.
CREATE TABLE pause (
    id           INTEGER NOT NULL PRIMARY KEY,
    scope_kind   TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id     INTEGER NOT NULL,
    blocklist_id TEXT REFERENCES blocklist (id) ON DELETE CASCADE,
    until        INTEGER,
    created_at   INTEGER NOT NULL,
    who          TEXT NOT NULL DEFAULT ''
);

-- A name, and what it leads to, let through for a while.
CREATE TABLE exception (
    id         INTEGER NOT NULL PRIMARY KEY,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    until      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    who        TEXT NOT NULL DEFAULT ''
);

-- What somebody at a device asks the admin to let through; granted NULL: it waits, 0: no, else until when.
CREATE TABLE request (
    id         INTEGER NOT NULL PRIMARY KEY,
    device_id  INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    note       TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    granted    INTEGER
);

-- Safe search of one engine for a scope; no row means: as the wider scope has it. level: '' or YouTube's.
CREATE TABLE safe_search (
    scope_kind  TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id    INTEGER NOT NULL,
    engine      TEXT NOT NULL,
    "on"        BOOLEAN NOT NULL,
    level       TEXT NOT NULL DEFAULT '',
    schedule_id INTEGER REFERENCES schedule (id),
    PRIMARY KEY (scope_kind, scope_id, engine)
);

-- Names of the home's own; `*.x` stands for every name below x.
CREATE TABLE local_record (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    value      TEXT NOT NULL,
    comment    TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    UNIQUE (name, type, value)
);

-- A domain (or reverse zone), with all below it, that other servers answer; upstreams: JSON list.
CREATE TABLE forward (
    id         INTEGER NOT NULL PRIMARY KEY,
    domain     TEXT NOT NULL UNIQUE,
    upstreams  TEXT NOT NULL,
    comment    TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
);

-- Who changed what, and each row before and after as JSON (NULL: there was none), for `undo`.
CREATE TABLE change (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    who       TEXT NOT NULL,
    what      TEXT NOT NULL,
    undone_by INTEGER REFERENCES change (id) ON DELETE SET NULL
);
CREATE TABLE change_row (
    change_id  INTEGER NOT NULL REFERENCES change (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    before     TEXT,
    after      TEXT,
    PRIMARY KEY (change_id, number)
);

-- A service (a social network, a game …) is a list of its own kind. SQLite changes a CHECK by a new table alone.
CREATE TABLE blocklist_new (
    id       TEXT NOT NULL PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('pack', 'service', 'catalogue', 'added')),
    title    TEXT NOT NULL,
    source   TEXT NOT NULL,
    format   TEXT,
    allow    BOOLEAN NOT NULL,
    about    TEXT NOT NULL,
    licence  TEXT NOT NULL,
    purpose  TEXT NOT NULL,
    size     TEXT NOT NULL,
    homepage TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    options  TEXT NOT NULL DEFAULT '{}',
    answer   TEXT NOT NULL DEFAULT '',
    guard    BOOLEAN NOT NULL DEFAULT 1
);
INSERT INTO blocklist_new SELECT id, kind, title, source, format, allow, about, licence, purpose, size, homepage, added_at,
    options, answer, guard FROM blocklist;
DROP TABLE blocklist;
ALTER TABLE blocklist_new RENAME TO blocklist;

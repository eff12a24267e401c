-- An id names one thing for good: the history of changes, and what is undone, must not meet another one under it.
-- What is attached to a table goes with it, and a table is not renamed while a trigger names one that is not there.
DROP TRIGGER device_relief;
DROP TRIGGER group_relief;
DROP TRIGGER group_safe_search;

CREATE TABLE group_new (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL UNIQUE,
    answer      TEXT NOT NULL DEFAULT '',
    schedule_id INTEGER REFERENCES schedule (id),
    upstreams   TEXT NOT NULL DEFAULT '[]'
);
INSERT INTO group_new SELECT id, name, answer, schedule_id, upstreams FROM "group";
DROP TABLE "group";
ALTER TABLE group_new RENAME TO "group";

CREATE TABLE schedule_new (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE,
    windows TEXT NOT NULL
);
INSERT INTO schedule_new SELECT id, name, windows FROM schedule;
DROP TABLE schedule;
ALTER TABLE schedule_new RENAME TO schedule;

CREATE TABLE rule_new (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    scope_kind  TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id    INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('block', 'allow')),
    form        TEXT NOT NULL DEFAULT 'name' CHECK (form IN ('name', 'regex')),
    name        TEXT NOT NULL,
    subdomains  BOOLEAN NOT NULL,
    types       TEXT NOT NULL DEFAULT '',
    inverted    BOOLEAN NOT NULL DEFAULT 0,
    answer      TEXT NOT NULL DEFAULT '',
    comment     TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    schedule_id INTEGER REFERENCES schedule (id),
    UNIQUE (scope_kind, scope_id, kind, form, name, subdomains, types, inverted)
);
INSERT INTO rule_new SELECT id, scope_kind, scope_id, kind, form, name, subdomains, types, inverted, answer, comment,
    created_at, schedule_id FROM rule;
DROP TABLE rule;
ALTER TABLE rule_new RENAME TO rule;

CREATE TABLE pause_new (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    scope_kind   TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id     INTEGER NOT NULL,
    blocklist_id TEXT REFERENCES blocklist (id) ON DELETE CASCADE,
    until        INTEGER,
    created_at   INTEGER NOT NULL,
    who          TEXT NOT NULL DEFAULT ''
);
INSERT INTO pause_new SELECT id, scope_kind, scope_id, blocklist_id, until, created_at, who FROM pause;
DROP TABLE pause;
ALTER TABLE pause_new RENAME TO pause;

CREATE TABLE exception_new (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    until      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    who        TEXT NOT NULL DEFAULT ''
);
INSERT INTO exception_new SELECT id, scope_kind, scope_id, name, until, created_at, who FROM exception;
DROP TABLE exception;
ALTER TABLE exception_new RENAME TO exception;

CREATE TABLE request_new (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    device_id  INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    note       TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    granted    INTEGER
);
INSERT INTO request_new SELECT id, device_id, name, note, created_at, decided_at, granted FROM request;
DROP TABLE request;
ALTER TABLE request_new RENAME TO request;

CREATE TABLE local_record_new (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    value      TEXT NOT NULL,
    comment    TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    UNIQUE (name, type, value)
);
INSERT INTO local_record_new SELECT id, name, type, value, comment, created_at FROM local_record;
DROP TABLE local_record;
ALTER TABLE local_record_new RENAME TO local_record;

CREATE TABLE forward_new (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    domain     TEXT NOT NULL UNIQUE,
    upstreams  TEXT NOT NULL,
    comment    TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
);
INSERT INTO forward_new SELECT id, domain, upstreams, comment, created_at FROM forward;
DROP TABLE forward;
ALTER TABLE forward_new RENAME TO forward;

CREATE TRIGGER device_relief AFTER DELETE ON device BEGIN
    DELETE FROM pause WHERE scope_kind = 'device' AND scope_id = OLD.id;
    DELETE FROM exception WHERE scope_kind = 'device' AND scope_id = OLD.id;
END;
CREATE TRIGGER group_relief AFTER DELETE ON "group" BEGIN
    DELETE FROM pause WHERE scope_kind = 'group' AND scope_id = OLD.id;
    DELETE FROM exception WHERE scope_kind = 'group' AND scope_id = OLD.id;
END;
CREATE TRIGGER group_safe_search AFTER DELETE ON "group" BEGIN
    DELETE FROM safe_search WHERE scope_kind = 'group' AND scope_id = OLD.id;
END;

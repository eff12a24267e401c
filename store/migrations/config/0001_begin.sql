-- config.db: what the home decided. Times are integer Unix seconds.
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO meta (key, value) VALUES ('policy_version', '1'), ('index_generation', '0');

CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL                 -- JSON
);

CREATE TABLE account (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    password_hash TEXT NOT NULL,
    changed_at    INTEGER NOT NULL
);

CREATE TABLE session (
    id_hash    TEXT NOT NULL PRIMARY KEY,  -- SHA-256 of the cookie, never the cookie
    csrf       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    address    TEXT NOT NULL
);

CREATE TABLE token (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    scope      TEXT NOT NULL CHECK (scope IN ('read', 'pause', 'admin')),
    hash       TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    last_used  INTEGER,
    revoked_at INTEGER
);

CREATE TABLE "group" (
    id   INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- AUTOINCREMENT: the query log names devices by id, so an id is never given to a second device.
CREATE TABLE device (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name       TEXT,
    found_name TEXT,
    mac        TEXT UNIQUE,
    maker      TEXT,
    group_id   INTEGER REFERENCES "group" (id) ON DELETE SET NULL,
    first_seen INTEGER NOT NULL
);

CREATE TABLE client (
    address    TEXT NOT NULL PRIMARY KEY,
    device_id  INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    first_seen INTEGER NOT NULL
);
CREATE INDEX client_device ON client (device_id);

CREATE TABLE blocklist (
    id       TEXT NOT NULL PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('pack', 'catalogue', 'added')),
    title    TEXT NOT NULL,
    source   TEXT NOT NULL,
    format   TEXT,                         -- NULL: told from the content
    allow    BOOLEAN NOT NULL,
    about    TEXT NOT NULL,
    licence  TEXT NOT NULL,
    purpose  TEXT NOT NULL,
    size     TEXT NOT NULL,
    homepage TEXT NOT NULL,
    added_at INTEGER NOT NULL
);

CREATE TABLE blocklist_status (
    blocklist_id  TEXT NOT NULL PRIMARY KEY REFERENCES blocklist (id) ON DELETE CASCADE,
    checked_at    INTEGER,
    fetched_at    INTEGER,
    changed_at    INTEGER,
    etag          TEXT,
    last_modified TEXT,
    bytes         INTEGER NOT NULL,
    lines         INTEGER NOT NULL,
    rules         INTEGER NOT NULL,
    block_names   INTEGER NOT NULL,
    allow_names   INTEGER NOT NULL,
    skipped       TEXT NOT NULL,           -- JSON {reason: count}
    error         TEXT,
    sha256        TEXT
);

CREATE TABLE toggle (
    scope_kind   TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id     INTEGER NOT NULL,         -- 0 for the house
    blocklist_id TEXT NOT NULL REFERENCES blocklist (id) ON DELETE CASCADE,
    "on"         BOOLEAN NOT NULL,
    level        TEXT CHECK (level IN ('safe', 'strict', 'everything')),
    PRIMARY KEY (scope_kind, scope_id, blocklist_id)
);

CREATE TABLE rule (
    id         INTEGER NOT NULL PRIMARY KEY,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id   INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('block', 'allow')),
    name       TEXT NOT NULL,
    subdomains BOOLEAN NOT NULL,
    comment    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (scope_kind, scope_id, kind, name, subdomains)
);

-- evidence.db: what closed hours of the query log add up to, by device and name. Made again from the log where it is lost, but
-- for what people decided: the states of findings. 0 as a device means "none known".
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- The hours that are in. digest: of the log's hour as it was read (queries, devices, durations); another one means that
-- its records have changed, and it is read anew.
CREATE TABLE read_hours (hour INTEGER PRIMARY KEY, digest INTEGER NOT NULL);

-- Small numbers, since there are millions: from_us within the hour, span_us from the first to the last query. beats: the
-- look-ups' seconds within the hour as varints, each less the one before; NULL for one look-up that the first row began,
-- and for more than 240.
CREATE TABLE pairs (
    hour      INTEGER NOT NULL,            -- since 1970, UTC
    device_id INTEGER NOT NULL,
    name_id   INTEGER NOT NULL,
    queries   INTEGER NOT NULL,
    lookups   INTEGER NOT NULL,
    blocked   INTEGER NOT NULL,
    answered  INTEGER NOT NULL,            -- let through, or the home's own, and answered
    failed    INTEGER NOT NULL,
    from_us   INTEGER NOT NULL,
    span_us   INTEGER NOT NULL,
    beats     BLOB,
    PRIMARY KEY (hour, device_id, name_id)
) WITHOUT ROWID;

-- The same for people.
CREATE VIEW hours AS
SELECT p.hour, p.device_id, p.name_id, n.name, p.queries, p.lookups, p.blocked, p.answered, p.failed,
       p.hour * 3600000000 + p.from_us             AS first_us,
       p.hour * 3600000000 + p.from_us + p.span_us AS last_us,
       p.beats
FROM pairs p JOIN names n ON n.id = p.name_id;

-- When a device asked for a name for the first time. Stays when the log lets its records go: what was asked before is
-- not new.
CREATE TABLE first_asked (
    device_id INTEGER NOT NULL,
    name_id   INTEGER NOT NULL,
    first_us  INTEGER NOT NULL,
    PRIMARY KEY (device_id, name_id)
) WITHOUT ROWID;

-- names: JSON, the most asked first. device_id 0: the home. state: new, seen, muted, done; changed_us: when it became that.
CREATE TABLE findings (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    device_id  INTEGER NOT NULL,
    key        TEXT NOT NULL,
    company    TEXT,
    names      TEXT NOT NULL,
    first_us   INTEGER NOT NULL,
    last_us    INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    period_s   REAL,
    jitter     REAL,
    confidence REAL NOT NULL,
    cause      TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'new',
    found_us   INTEGER NOT NULL,
    changed_us INTEGER NOT NULL,
    UNIQUE (kind, device_id, key)
);
CREATE INDEX findings_last ON findings (last_us);

-- Notes about itself.
CREATE TABLE marks (key TEXT PRIMARY KEY, value INTEGER NOT NULL);

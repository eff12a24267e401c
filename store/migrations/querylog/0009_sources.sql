-- Whose record a row was: 0 is this log's own, anything else came by `telltale log import`.
DROP VIEW IF EXISTS queries;
CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
ALTER TABLE outcomes ADD COLUMN source_id INTEGER NOT NULL DEFAULT 0;
CREATE TABLE known_outcomes_new (
    type        INTEGER NOT NULL,
    verdict     INTEGER NOT NULL,
    origin      INTEGER NOT NULL,
    list_id     INTEGER NOT NULL,
    rule_id     INTEGER NOT NULL,
    rcode       INTEGER NOT NULL,
    upstream_id INTEGER NOT NULL,
    source_id   INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    PRIMARY KEY (type, verdict, origin, list_id, rule_id, rcode, upstream_id, source_id)
) WITHOUT ROWID;
INSERT INTO known_outcomes_new
    SELECT type, verdict, origin, list_id, rule_id, rcode, upstream_id, 0, id FROM known_outcomes;
DROP TABLE known_outcomes;
ALTER TABLE known_outcomes_new RENAME TO known_outcomes;

-- What was imported. key: of the import file; taken: how many of its rows were looked at so far, `added` of them
-- were missing here. Times in µs. done_us: when all were taken in, NULL while it goes on.
CREATE TABLE imports (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,
    source  TEXT NOT NULL,
    file    TEXT NOT NULL,
    rows    INTEGER NOT NULL,
    taken   INTEGER NOT NULL DEFAULT 0,
    added   INTEGER NOT NULL DEFAULT 0,
    from_us INTEGER NOT NULL,
    to_us   INTEGER NOT NULL,
    at_us   INTEGER NOT NULL,
    done_us INTEGER
);
-- What a person deleted: of which device (0: of all), before which time, how many records. Times in µs.
CREATE TABLE cleared (
    id        INTEGER PRIMARY KEY,
    key       TEXT NOT NULL UNIQUE,
    at_us     INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    before_us INTEGER NOT NULL,
    records   INTEGER NOT NULL
);
-- Records before this time are imported history, which has its own age (log_keep_imported_days).
INSERT INTO marks (key, value) VALUES ('imported_to', 0);

-- idle_tests.db: devices that were left alone for a while, and what they asked for then. Nothing else can make it again once
-- the query log has let its records go. Times in µs since 1970.
CREATE TABLE tests (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id    INTEGER NOT NULL,
    device       TEXT NOT NULL,              -- what it was called then
    title        TEXT NOT NULL,
    from_us      INTEGER NOT NULL,
    to_us        INTEGER NOT NULL,           -- when it is over; earlier than planned once it was stopped
    unblocked_us INTEGER,                    -- until when blocking is paused for the device; NULL: not at all
    pause_id     INTEGER,                    -- of that pause, in config.db
    stopped      INTEGER NOT NULL DEFAULT 0,
    own          INTEGER NOT NULL DEFAULT 0, -- begun at the device itself, without a log-in
    addresses    TEXT NOT NULL,              -- JSON: that the device had at the start
    result       BLOB,                       -- JSON, deflated, once it is settled
    CHECK (from_us < to_us)
);
CREATE INDEX tests_device ON tests (device_id, to_us);

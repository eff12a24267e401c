-- What whole hours and days add up to, so that a page over a month need not read ten million rows.
-- A block is an hour or a day since 1970 in UTC. It counts only while it stands in `rolled`; whatever changes the
-- records of a block takes it out of there in the same transaction, and it is added up anew. kept 0: there is too much
-- of a variety in it, its records must be read.
CREATE TABLE rolled (
    level INTEGER NOT NULL,                -- 0: hours, 1: days
    block INTEGER NOT NULL,
    kept  INTEGER NOT NULL,
    PRIMARY KEY (level, block)
) WITHOUT ROWID;

-- id = block << 24 | client id; client 0 is the whole house. The sections are packed numbers: see store/log/counts.py.
-- Small ones come first: SQLite reads a long row only as far as it must.
CREATE TABLE hours (
    id        INTEGER PRIMARY KEY,
    total_us  INTEGER NOT NULL,            -- sum of duration_us
    moments   BLOB NOT NULL,
    kinds     BLOB NOT NULL,
    companies BLOB NOT NULL,
    durations BLOB NOT NULL,
    clients   BLOB NOT NULL,
    leaders   BLOB NOT NULL,
    presence  BLOB NOT NULL,
    names     BLOB NOT NULL
);
CREATE TABLE days (
    id        INTEGER PRIMARY KEY,
    total_us  INTEGER NOT NULL,
    moments   BLOB NOT NULL,
    kinds     BLOB NOT NULL,
    companies BLOB NOT NULL,
    durations BLOB NOT NULL,
    clients   BLOB NOT NULL,
    leaders   BLOB NOT NULL,
    presence  BLOB NOT NULL,
    names     BLOB NOT NULL
);

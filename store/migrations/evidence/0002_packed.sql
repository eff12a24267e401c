-- Hours are packed, and days are kept beside them; both are made again from the log. See docs/evidence.md.
DROP VIEW hours;
DROP TABLE pairs;
DROP TABLE read_hours;

-- The hours that are in, since 1970, UTC. digest: of the log's hour as it was read (queries, devices, durations); another one
-- means that its records have changed, and it is read anew. devices, sums, beats: columns of numbers, deflated
-- (evidence/base/columns.py); what they hold says evidence/base/sum_block.py.
CREATE TABLE hour_sums (
    hour    INTEGER PRIMARY KEY,
    digest  INTEGER NOT NULL,
    devices BLOB NOT NULL,
    sums    BLOB NOT NULL,
    beats   BLOB NOT NULL
);

-- What all hours of a day that are in add up to, once the day is over. A day goes when one of its hours changes.
CREATE TABLE day_sums (
    day     INTEGER PRIMARY KEY,
    devices BLOB NOT NULL,
    sums    BLOB NOT NULL
);
CREATE VIEW read_hours AS SELECT hour, digest FROM hour_sums;

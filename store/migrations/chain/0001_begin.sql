-- chain.db: a link for each day of the query log that is over, and one more where its rows changed as the log itself
-- notes (late ones came, a person cleared some). Links are never changed but for `sums`, which goes with the day's rows.
CREATE TABLE links (
    seq       INTEGER PRIMARY KEY,
    day       INTEGER NOT NULL,            -- since 1970, UTC
    reason    TEXT NOT NULL,               -- closed, late, cleared
    rows      INTEGER NOT NULL,
    first_us  INTEGER NOT NULL,            -- 0 without rows
    last_us   INTEGER NOT NULL,
    noted     INTEGER NOT NULL,            -- late rows, or cleared times, that the log had noted for the day by then
    closed_us INTEGER NOT NULL,
    sha256    TEXT NOT NULL,               -- of the day's rows, hexadecimal
    sums_hash TEXT NOT NULL,               -- SHA-256 of `sums`, hexadecimal
    head      TEXT NOT NULL,               -- SHA-256 of the head before and all of the above but seq, hexadecimal
    sums      BLOB                         -- see evidence/chain/chain_file.py
);
CREATE INDEX links_day ON links (day);

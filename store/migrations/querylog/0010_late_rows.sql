-- Rows that were written some time after their day was over: the chain of days makes a further link then.
CREATE TABLE late_rows (
    day  INTEGER PRIMARY KEY,              -- since 1970, UTC
    rows INTEGER NOT NULL
);
-- The newest record that was deleted for its age or for the log's size, in µs since 1970.
INSERT INTO marks (key, value) VALUES ('deleted_to', 0);

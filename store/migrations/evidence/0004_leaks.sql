-- Of a leak: how its rows were judged, and what let them through. faded: 1, where a finding is done by itself, since it no
-- longer holds.
ALTER TABLE findings ADD COLUMN verdict   TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN blocklist TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN list_title TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN level     TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN scope     TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN rule      TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN rule_id   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE findings ADD COLUMN imported  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE findings ADD COLUMN faded     INTEGER NOT NULL DEFAULT 0;

-- Queries of kind tracking of the last days, by hour: zlib over JSON, [device, name, verdict, list, rule, imported, queries,
-- first, last] each, the times in µs within the hour. digest: of read_hours; facts: the version of the facts that said
-- what tracks. Another one of either, and the hour is read anew.
CREATE TABLE tracked_hours (
    hour   INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,
    facts  TEXT NOT NULL,
    rows   BLOB NOT NULL
);

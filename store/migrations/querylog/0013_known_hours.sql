-- What hours and days add up to by what is known of names: companies with their kinds, look-ups, tracking. They stand apart
-- since better facts make them anew, and nothing else: levels 2 (hours) and 3 (days) of `rolled` say which of them hold.
-- The columns `companies` of hours and days are written empty from here on. id as there; the sections: store/log/counts.py.
CREATE TABLE known_hours (
    id        INTEGER PRIMARY KEY,
    companies BLOB NOT NULL,
    lookups   BLOB NOT NULL,
    tracking  BLOB NOT NULL,
    trackers  BLOB NOT NULL
);
CREATE TABLE known_days (
    id        INTEGER PRIMARY KEY,
    companies BLOB NOT NULL,
    lookups   BLOB NOT NULL,
    tracking  BLOB NOT NULL,
    trackers  BLOB NOT NULL
);
-- Which facts (their version) names are stored by: all but those above looked_to up to `upto`, which wait to be looked at.
CREATE TABLE facts (version TEXT NOT NULL, looked_to INTEGER NOT NULL, upto INTEGER NOT NULL);
INSERT INTO facts VALUES ('', 0, 0);

-- What is known of the signatures of an answer: 0 nothing, 1 they hold, 2 there are none, else why they do not hold.
DROP VIEW IF EXISTS queries;
ALTER TABLE outcomes ADD COLUMN dnssec INTEGER NOT NULL DEFAULT 0;
CREATE TABLE known_outcomes_new (
    type        INTEGER NOT NULL,
    verdict     INTEGER NOT NULL,
    origin      INTEGER NOT NULL,
    list_id     INTEGER NOT NULL,
    rule_id     INTEGER NOT NULL,
    rcode       INTEGER NOT NULL,
    upstream_id INTEGER NOT NULL,
    source_id   INTEGER NOT NULL,
    transport   INTEGER NOT NULL,
    dnssec      INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    PRIMARY KEY (type, verdict, origin, list_id, rule_id, rcode, upstream_id, source_id, transport, dnssec)
) WITHOUT ROWID;
INSERT INTO known_outcomes_new
    SELECT type, verdict, origin, list_id, rule_id, rcode, upstream_id, source_id, transport, 0, id FROM known_outcomes;
DROP TABLE known_outcomes;
ALTER TABLE known_outcomes_new RENAME TO known_outcomes;

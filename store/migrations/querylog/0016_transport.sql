-- Over what a query came: udp, tcp, or encrypted. Of what was recorded before, nobody knows: 0.
DROP VIEW IF EXISTS queries;
CREATE TABLE transports (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO transports (id, name) VALUES (1, 'UDP'), (2, 'TCP'), (3, 'DOT'), (4, 'DOH'), (5, 'DOQ');
ALTER TABLE outcomes ADD COLUMN transport INTEGER NOT NULL DEFAULT 0;
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
    id          INTEGER NOT NULL,
    PRIMARY KEY (type, verdict, origin, list_id, rule_id, rcode, upstream_id, source_id, transport)
) WITHOUT ROWID;
INSERT INTO known_outcomes_new
    SELECT type, verdict, origin, list_id, rule_id, rcode, upstream_id, source_id, 0, id FROM known_outcomes;
DROP TABLE known_outcomes;
ALTER TABLE known_outcomes_new RENAME TO known_outcomes;

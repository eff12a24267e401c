-- As with names: a new outcome used to touch the index somewhere in the middle, and in a home that blocks thousands of names
-- those pages were a third of all that was written. Now `outcomes` only grows at its end, and known_outcomes takes new
-- ones in by the thousand; those above the mark outcomes_known are kept in the recorder's memory until then.
DROP VIEW queries;
CREATE TABLE known_outcomes (
    type        INTEGER NOT NULL,
    verdict     INTEGER NOT NULL,
    origin      INTEGER NOT NULL,
    list_id     INTEGER NOT NULL,
    rule_id     INTEGER NOT NULL,
    rcode       INTEGER NOT NULL,
    upstream_id INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    PRIMARY KEY (type, verdict, origin, list_id, rule_id, rcode, upstream_id)
) WITHOUT ROWID;
INSERT INTO known_outcomes SELECT type, verdict, origin, list_id, rule_id, rcode, upstream_id, id FROM outcomes;
INSERT INTO marks (key, value) SELECT 'outcomes_known', COALESCE(max(id), 0) FROM outcomes;
CREATE TABLE plain_outcomes (
    id          INTEGER PRIMARY KEY,
    type        INTEGER NOT NULL,
    verdict     INTEGER NOT NULL,
    origin      INTEGER NOT NULL,
    list_id     INTEGER NOT NULL,
    rule_id     INTEGER NOT NULL,          -- in names: the name of the rule that matched
    rcode       INTEGER NOT NULL,
    upstream_id INTEGER NOT NULL
);
INSERT INTO plain_outcomes SELECT id, type, verdict, origin, list_id, rule_id, rcode, upstream_id FROM outcomes;
DROP TABLE outcomes;
ALTER TABLE plain_outcomes RENAME TO outcomes;

-- LEFT JOIN throughout: a lost word never hides a record, and the planner keeps records outermost.
CREATE VIEW queries AS
SELECT
    strftime('%Y-%m-%dT%H:%M:%S', r.time_us / 1000000, 'unixepoch')
        || printf('.%03dZ', (r.time_us / 1000) % 1000)  AS time,
    r.time_us                                           AS time_us,
    d.name                                              AS device,
    NULLIF(c.device_id, 0)                              AS device_id,
    c.address                                           AS client,
    n.name                                              AS name,
    COALESCE(t.name, 'TYPE' || o.type)                  AS type,
    v.name                                              AS verdict,
    g.name                                              AS origin,
    rn.name                                             AS rule,
    l.key                                               AS list,
    l.title                                             AS list_title,
    co.name                                             AS company,
    COALESCE(rc.name, 'RCODE' || o.rcode)               AS rcode,
    u.spec                                              AS upstream,
    r.duration_us / 1000.0                              AS duration_ms
FROM records r
    LEFT JOIN clients   c  ON c.id = r.client_id
    LEFT JOIN devices   d  ON d.id = c.device_id
    LEFT JOIN names     n  ON n.id = r.name_id
    LEFT JOIN companies co ON co.id = n.company_id
    LEFT JOIN outcomes  o  ON o.id = r.outcome_id
    LEFT JOIN types     t  ON t.id = o.type
    LEFT JOIN verdicts  v  ON v.id = o.verdict
    LEFT JOIN origins   g  ON g.id = o.origin
    LEFT JOIN lists     l  ON l.id = o.list_id
    LEFT JOIN names     rn ON rn.id = o.rule_id
    LEFT JOIN rcodes    rc ON rc.id = o.rcode
    LEFT JOIN upstreams u  ON u.id = o.upstream_id;

-- A new name used to touch a page of the names' index somewhere in the middle: with a commit a minute, half of all that
-- was written. Now `names` only grows at its end. The index is a table of its own, which takes new names in some
-- thousands at a time; those above the mark names_known are not in it yet, and the recorder keeps them in memory.
DROP VIEW queries;
CREATE TABLE known_names (name TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO known_names (name, id) SELECT name, id FROM names;
INSERT INTO marks (key, value) SELECT 'names_known', COALESCE(max(id), 0) FROM names;
CREATE TABLE plain_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL, company_id INTEGER);
INSERT INTO plain_names (id, name, company_id) SELECT id, name, company_id FROM names;
DROP TABLE names;
ALTER TABLE plain_names RENAME TO names;

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

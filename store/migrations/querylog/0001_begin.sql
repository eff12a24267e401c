-- querylog.db: one row a query, in integers; the words stand in tables of their own. 0 as a reference means "none".
CREATE TABLE records (
    time_us     INTEGER PRIMARY KEY,       -- microseconds since 1970, made unique by +1
    client_id   INTEGER NOT NULL,
    name_id     INTEGER NOT NULL,
    outcome_id  INTEGER NOT NULL,
    duration_us INTEGER NOT NULL
);

CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, company_id INTEGER);
CREATE TABLE companies (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE lists (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL);
CREATE TABLE upstreams (id INTEGER PRIMARY KEY, spec TEXT NOT NULL UNIQUE);
CREATE TABLE devices (id INTEGER PRIMARY KEY, name TEXT NOT NULL);

CREATE TABLE clients (
    id        INTEGER PRIMARY KEY,
    address   TEXT NOT NULL,
    device_id INTEGER NOT NULL,            -- 0: no device known
    first_us  INTEGER,                     -- first and last record that was ever written for it
    last_us   INTEGER,
    UNIQUE (address, device_id)
);

CREATE TABLE outcomes (
    id          INTEGER PRIMARY KEY,
    type        INTEGER NOT NULL,
    verdict     INTEGER NOT NULL,
    origin      INTEGER NOT NULL,
    list_id     INTEGER NOT NULL,
    rule_id     INTEGER NOT NULL,          -- in names: the name of the rule that matched
    rcode       INTEGER NOT NULL,
    upstream_id INTEGER NOT NULL,
    UNIQUE (type, verdict, origin, list_id, rule_id, rcode, upstream_id)
);

-- Queries that were answered but could not be recorded. worker 0 is the recorder itself.
CREATE TABLE drops (time_us INTEGER PRIMARY KEY, worker INTEGER NOT NULL, count INTEGER NOT NULL);
-- How much of each worker's cumulative counts, of drops and of rows, stands in this log already.
CREATE TABLE counted (
    worker     INTEGER PRIMARY KEY,
    started_us INTEGER NOT NULL,
    dropped    INTEGER NOT NULL,
    received   INTEGER NOT NULL
);
-- Notes of the log about itself: names_purged counts the times that orphan words were deleted, records_deleted the
-- records that went since the last time.
CREATE TABLE marks (key TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO marks (key, value) VALUES ('names_purged', 0), ('records_deleted', 0);

CREATE TABLE verdicts (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO verdicts VALUES (0, 'PASS'), (1, 'BLOCK'), (2, 'ALLOW'), (3, 'LOCAL'), (4, 'REFUSE');
CREATE TABLE origins (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO origins VALUES (0, 'MEMO'), (1, 'CACHE'), (2, 'STALE'), (3, 'UPSTREAM'), (4, 'SELF');
CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO types VALUES
    (1, 'A'), (2, 'NS'), (5, 'CNAME'), (6, 'SOA'), (10, 'NULL'), (12, 'PTR'), (13, 'HINFO'), (15, 'MX'), (16, 'TXT'),
    (17, 'RP'), (18, 'AFSDB'), (24, 'SIG'), (25, 'KEY'), (28, 'AAAA'), (29, 'LOC'), (33, 'SRV'), (35, 'NAPTR'),
    (36, 'KX'), (37, 'CERT'), (39, 'DNAME'), (41, 'OPT'), (43, 'DS'), (44, 'SSHFP'), (45, 'IPSECKEY'), (46, 'RRSIG'),
    (47, 'NSEC'), (48, 'DNSKEY'), (49, 'DHCID'), (50, 'NSEC3'), (51, 'NSEC3PARAM'), (52, 'TLSA'), (53, 'SMIMEA'),
    (55, 'HIP'), (59, 'CDS'), (60, 'CDNSKEY'), (61, 'OPENPGPKEY'), (62, 'CSYNC'), (63, 'ZONEMD'), (64, 'SVCB'),
    (65, 'HTTPS'), (99, 'SPF'), (108, 'EUI48'), (109, 'EUI64'), (249, 'TKEY'), (250, 'TSIG'), (251, 'IXFR'),
    (252, 'AXFR'), (255, 'ANY'), (256, 'URI'), (257, 'CAA'), (32768, 'TA'), (32769, 'DLV');
CREATE TABLE rcodes (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO rcodes VALUES
    (0, 'NOERROR'), (1, 'FORMERR'), (2, 'SERVFAIL'), (3, 'NXDOMAIN'), (4, 'NOTIMP'), (5, 'REFUSED'), (6, 'YXDOMAIN'),
    (7, 'YXRRSET'), (8, 'NXRRSET'), (9, 'NOTAUTH'), (10, 'NOTZONE'), (11, 'DSOTYPENI'), (16, 'BADVERS'),
    (17, 'BADKEY'), (18, 'BADTIME'), (19, 'BADMODE'), (20, 'BADNAME'), (21, 'BADALG'), (22, 'BADTRUNC'),
    (23, 'BADCOOKIE');

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

-- bypass.db: what the wall caught. One row an hour for each client, kind and destination. Times are integer Unix seconds.
CREATE TABLE caught (
    hour      INTEGER NOT NULL,          -- its beginning
    client    TEXT    NOT NULL,          -- the address that it came from
    kind      TEXT    NOT NULL,          -- port53, dot, doq, doh, resolver, httpdns, network, raw, ntp
    address   TEXT    NOT NULL,          -- where it went
    port      INTEGER NOT NULL,
    protocol  TEXT    NOT NULL,          -- tcp or udp
    refused   INTEGER NOT NULL,          -- 1: redirected or refused; 0: only watched
    device_id INTEGER,                   -- as config.db knew it then
    company   TEXT,                      -- who runs the address, when that is known
    count     INTEGER NOT NULL,          -- connections, or tries of one
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    PRIMARY KEY (hour, client, kind, address, port, protocol, refused)
) WITHOUT ROWID;

-- For people with an SQLite browser.
CREATE VIEW bypasses AS
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', first, 'unixepoch') AS first,
           strftime('%Y-%m-%dT%H:%M:%SZ', last, 'unixepoch') AS last,
           client, device_id, kind, address, port, protocol, company,
           CASE refused WHEN 1 THEN 'refused' ELSE 'watched' END AS done, count
    FROM caught;

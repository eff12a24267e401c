-- A device may have several MAC addresses: a port and a radio, and those that a phone makes up (private: locally
-- administered). last_seen, here and of clients: Unix seconds, brought up to date now and then.
CREATE TABLE device_mac (
    mac        TEXT NOT NULL PRIMARY KEY,
    device_id  INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    private    BOOLEAN NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL
);
CREATE INDEX device_mac_device ON device_mac (device_id);
INSERT INTO device_mac (mac, device_id, private, first_seen, last_seen)
    SELECT lower(mac), id, instr('2367abef', lower(substr(mac, 2, 1))) > 0, first_seen, first_seen
    FROM device WHERE mac IS NOT NULL;

-- how: by what it is known whose the address is. mac: what stood behind it when it was met last.
ALTER TABLE client ADD COLUMN how TEXT NOT NULL DEFAULT 'address'
    CHECK (how IN ('edns', 'mac', 'lease', 'hand', 'address'));
ALTER TABLE client ADD COLUMN mac TEXT;
ALTER TABLE client ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;
UPDATE client SET last_seen = first_seen, mac = (SELECT mac FROM device WHERE id = client.device_id);
UPDATE client SET how = 'mac' WHERE mac IS NOT NULL;

-- What each source calls a device; `found_name` of the device is the one that counts, and `found_from` its source.
CREATE TABLE device_name (
    device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    source    TEXT NOT NULL CHECK (source IN ('lease', 'hosts', 'ptr', 'mdns', 'ssdp')),
    name      TEXT NOT NULL,
    PRIMARY KEY (device_id, source)
);
INSERT INTO device_name (device_id, source, name)
    SELECT id, 'ptr', found_name FROM device WHERE found_name IS NOT NULL AND found_name <> 'More devices';

-- Addresses and networks that a person gave to a device; the most specific one counts.
CREATE TABLE device_network (
    network   TEXT NOT NULL PRIMARY KEY,
    device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE
);
CREATE INDEX device_network_device ON device_network (device_id);

-- Devices that a person made one with another: the query log goes on to name them by their old ids.
CREATE TABLE device_merged (
    device_id INTEGER NOT NULL PRIMARY KEY,
    into_id   INTEGER NOT NULL
);

-- found_from: one of the sources above, 'overflow' for the device that stands for those beyond the bound.
CREATE TABLE device_new (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name       TEXT,
    found_name TEXT,
    found_from TEXT,
    maker      TEXT,
    first_seen INTEGER NOT NULL
);
INSERT INTO device_new (id, name, found_name, found_from, maker, first_seen)
    SELECT id, name, found_name, iif(found_name = 'More devices' AND mac IS NULL, 'overflow', iif(found_name IS NULL, NULL, 'ptr')),
        maker, first_seen FROM device;
-- An id is never given twice, nor that of a device that is gone.
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'device_new', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'device_new');
UPDATE sqlite_sequence SET seq = max(seq, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'device'), 0))
    WHERE name = 'device_new';
DROP TABLE device;
ALTER TABLE device_new RENAME TO device;
-- As 0005 and 0008 have them; they went with the table.
CREATE TRIGGER device_relief AFTER DELETE ON device BEGIN
    DELETE FROM pause WHERE scope_kind = 'device' AND scope_id = OLD.id;
    DELETE FROM exception WHERE scope_kind = 'device' AND scope_id = OLD.id;
END;
CREATE TRIGGER device_safe_search AFTER DELETE ON device BEGIN
    DELETE FROM safe_search WHERE scope_kind = 'device' AND scope_id = OLD.id;
END;

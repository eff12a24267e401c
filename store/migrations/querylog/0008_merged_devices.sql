-- noted_id: the device as it was known when it asked. device_id is the one that it is for people now: another where a
-- person made the two one, which may be taken back.
DROP VIEW IF EXISTS queries;
CREATE TABLE clients_new (
    id        INTEGER PRIMARY KEY,
    address   TEXT NOT NULL,
    device_id INTEGER NOT NULL,            -- 0: no device known
    first_us  INTEGER,                     -- first and last record that was ever written for it
    last_us   INTEGER,
    noted_id  INTEGER NOT NULL,
    UNIQUE (address, noted_id)
);
INSERT INTO clients_new (id, address, device_id, first_us, last_us, noted_id)
    SELECT id, address, device_id, first_us, last_us, device_id FROM clients;
DROP TABLE clients;
ALTER TABLE clients_new RENAME TO clients;

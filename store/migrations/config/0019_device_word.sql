-- By which a device says which one it is where it asks over an encrypted connection. made_at: Unix seconds.
CREATE TABLE device_word (
    word      TEXT NOT NULL PRIMARY KEY,
    device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    made_at   INTEGER NOT NULL
);
CREATE INDEX device_word_device ON device_word (device_id);

-- Several people, each with a role; what they are logged in with, and a second step.
CREATE TABLE account_new (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL DEFAULT 'admin' UNIQUE,
    role          TEXT NOT NULL DEFAULT 'admin' CHECK (role IN ('admin', 'viewer', 'own')),
    password_hash TEXT NOT NULL,
    changed_at    INTEGER NOT NULL,
    totp_secret   TEXT,                        -- base32, as an authenticator app has it
    totp_since    INTEGER,                     -- NULL: not confirmed by a code yet
    totp_step     INTEGER NOT NULL DEFAULT 0   -- of the last code that was accepted, which opens nothing again
);
INSERT INTO account_new (id, password_hash, changed_at) SELECT id, password_hash, changed_at FROM account;
DROP TABLE account;
ALTER TABLE account_new RENAME TO account;

-- The devices that somebody of the role "own" sees.
CREATE TABLE account_device (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    device_id  INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, device_id)
);

CREATE TABLE recovery_code (
    hash       TEXT NOT NULL PRIMARY KEY,  -- SHA-256 of the code, never the code
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
);

CREATE TABLE session_new (
    id_hash    TEXT NOT NULL PRIMARY KEY,  -- SHA-256 of the cookie, never the cookie
    account_id INTEGER NOT NULL DEFAULT 1 REFERENCES account (id) ON DELETE CASCADE,
    csrf       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    address    TEXT NOT NULL,
    agent      TEXT NOT NULL DEFAULT ''
);
INSERT INTO session_new (id_hash, csrf, created_at, expires_at, last_seen, address)
    SELECT id_hash, csrf, created_at, expires_at, last_seen, address FROM session WHERE EXISTS (SELECT 1 FROM account);
DROP TABLE session;
ALTER TABLE session_new RENAME TO session;

ALTER TABLE token ADD COLUMN expires_at INTEGER;

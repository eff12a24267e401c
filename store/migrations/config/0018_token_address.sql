-- From where a token was used last.
ALTER TABLE token ADD COLUMN last_address TEXT NOT NULL DEFAULT '';

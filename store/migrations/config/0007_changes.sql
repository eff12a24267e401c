-- origin: from where (browser, token, device, command, start); undoes: the change that this one took back; final: why it
-- cannot be undone, empty: it can; bytes: what its rows take, for the bound of the history.
ALTER TABLE change ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN undoes INTEGER REFERENCES change (id) ON DELETE SET NULL;
ALTER TABLE change ADD COLUMN final  TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN bytes  INTEGER NOT NULL DEFAULT 0;
CREATE INDEX change_undone_by ON change (undone_by);
CREATE INDEX change_undoes ON change (undoes);

-- Of which source a person deleted: '' is all of them, which is all that could be told before.
ALTER TABLE cleared ADD COLUMN source TEXT NOT NULL DEFAULT '';

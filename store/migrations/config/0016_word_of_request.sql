-- What whoever decided a request says to who asked; empty: nothing.
ALTER TABLE request ADD COLUMN word TEXT NOT NULL DEFAULT '';

-- on 0: kept, and decides nothing. until: Unix seconds at which the rule ends by itself; NULL: it stays.
ALTER TABLE rule ADD COLUMN "on"  BOOLEAN NOT NULL DEFAULT 1;
ALTER TABLE rule ADD COLUMN until INTEGER;

-- Companies of hours and days stand in known_hours and known_days since 0013; the columns were written empty and read by nothing.
DROP VIEW IF EXISTS queries;
ALTER TABLE hours DROP COLUMN companies;
ALTER TABLE days DROP COLUMN companies;

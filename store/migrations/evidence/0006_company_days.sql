-- Days by company and kind, as facts of one version (`version`) tell whose the names are: what evidence/base/company_days.py
-- packs. Made again where that is another, or where the day is.
CREATE TABLE company_days (
    day       INTEGER PRIMARY KEY,
    version   TEXT NOT NULL,
    companies TEXT NOT NULL, -- JSON: [company or null, kind] of each
    sums      BLOB NOT NULL
);
CREATE TRIGGER company_days_go AFTER DELETE ON day_sums BEGIN
    DELETE FROM company_days WHERE day = OLD.day;
END;

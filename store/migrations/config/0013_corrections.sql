-- What people say of a name against the tables that come with the program; NULL: as the tables have it. name: lower
-- case, no trailing dot. scope: exact, or suffix with all names below. purpose and kind: the words of store/names/purpose.
CREATE TABLE name_correction (
    name       TEXT NOT NULL PRIMARY KEY,
    scope      TEXT NOT NULL CHECK (scope IN ('exact', 'suffix')),
    company    TEXT,
    product    TEXT,
    purpose    TEXT,
    kind       TEXT,
    note       TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
);

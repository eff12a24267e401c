-- Whose a name is and what that makes of it: a company is here once for each kind (0 unknown, 1 tracking, 2 use); the empty name
-- stands for one that nobody knows, where the kind is known. What was stored before is of no kind until it is looked at.
DROP VIEW IF EXISTS queries;
CREATE TABLE companies_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind INTEGER NOT NULL, UNIQUE (name, kind));
INSERT INTO companies_new (id, name, kind) SELECT id, name, 0 FROM companies;
DROP TABLE companies;
ALTER TABLE companies_new RENAME TO companies;

-- What a name is for.
CREATE TABLE purposes (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO purposes VALUES
    (0, 'unknown'), (1, 'analytics'), (2, 'ads'), (3, 'crash'), (4, 'push'), (5, 'update'), (6, 'config'), (7, 'cloud'),
    (8, 'content'), (9, 'infrastructure'), (10, 'function');
ALTER TABLE names ADD COLUMN purpose INTEGER NOT NULL DEFAULT 0;

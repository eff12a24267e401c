-- The home's own rules: also regular expressions (form 'regex': name holds the pattern), for some query types alone
-- ('A,AAAA', '~A' for all others), inverted, with an answer of their own.
CREATE TABLE rule_new (
    id         INTEGER NOT NULL PRIMARY KEY,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('house', 'group', 'device')),
    scope_id   INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('block', 'allow')),
    form       TEXT NOT NULL DEFAULT 'name' CHECK (form IN ('name', 'regex')),
    name       TEXT NOT NULL,
    subdomains BOOLEAN NOT NULL,
    types      TEXT NOT NULL DEFAULT '',
    inverted   BOOLEAN NOT NULL DEFAULT 0,
    answer     TEXT NOT NULL DEFAULT '',
    comment    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (scope_kind, scope_id, kind, form, name, subdomains, types, inverted)
);
INSERT INTO rule_new (id, scope_kind, scope_id, kind, name, subdomains, comment, created_at)
    SELECT id, scope_kind, scope_id, kind, name, subdomains, comment, created_at FROM rule;
DROP TABLE rule;
ALTER TABLE rule_new RENAME TO rule;

-- How a list is to be read and answered where a person says otherwise: JSON of what differs from the defaults; the
-- answer to what it blocks (empty: the house's); whether rules that would block what the home needs are left out.
ALTER TABLE blocklist ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
ALTER TABLE blocklist ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE blocklist ADD COLUMN guard BOOLEAN NOT NULL DEFAULT 1;

-- kinds: JSON {kind: count}; guarded: JSON {rule: why it was left out}; changes: JSON of the last change (added,
-- removed, and samples of both); held: why a newer version is held back, and held_sha256 its digest;
-- accepted: the digest of a version that a person takes all the same.
ALTER TABLE blocklist_status ADD COLUMN kinds TEXT NOT NULL DEFAULT '{}';
ALTER TABLE blocklist_status ADD COLUMN guarded TEXT NOT NULL DEFAULT '{}';
ALTER TABLE blocklist_status ADD COLUMN changes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE blocklist_status ADD COLUMN held TEXT;
ALTER TABLE blocklist_status ADD COLUMN held_sha256 TEXT;
ALTER TABLE blocklist_status ADD COLUMN accepted TEXT;

-- What devices of a group get for a blocked name; empty: the house's answer.
ALTER TABLE "group" ADD COLUMN answer TEXT NOT NULL DEFAULT '';

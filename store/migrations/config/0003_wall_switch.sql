-- A switch of the wall where a group or a device differs from the house, whose switches are settings (wall_…).
CREATE TABLE wall_switch (
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('group', 'device')),
    scope_id   INTEGER NOT NULL,
    switch     TEXT NOT NULL,
    mode       TEXT NOT NULL CHECK (mode IN ('off', 'watch', 'enforce')),
    PRIMARY KEY (scope_kind, scope_id, switch)
);

-- What people decided about a finding of evidence.db; no row: nothing. device: its id, 0 the home. changed_us: µs since 1970.
CREATE TABLE finding_state (
    kind       TEXT NOT NULL,
    device     INTEGER NOT NULL,
    key        TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('seen', 'muted', 'done')),
    changed_us INTEGER NOT NULL,
    PRIMARY KEY (kind, device, key)
);

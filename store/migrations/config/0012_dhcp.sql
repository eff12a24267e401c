-- Static leases: the address, and the name, that a device always gets by DHCP. mac: small letters with colons.
CREATE TABLE dhcp_static (
    mac        TEXT NOT NULL PRIMARY KEY,
    address    TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
);

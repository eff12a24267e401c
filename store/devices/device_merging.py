# SPDX-License-Identifier: GPL-3.0-or-later
"""Two devices are one: what belongs to the one goes over to the other. Plain SQL, in a transaction of the caller's."""

import sqlite3

from store.config import scopes

# What holds for a device by its scope. A row that both have stays as the one that is kept has it.
SCOPED = ("toggle", "rule", "wall_switch", "pause", "exception", "safe_search")
# What names a device by itself.
_OWNED = ("client", "device_mac", "device_name", "device_network", "device_group", "request", "account_device",
          "device_word")  # fmt: skip


def carry_over(con: sqlite3.Connection, lost: int, kept: int) -> None:
    """Give all that a device has to another one, and let it go; its name, group and maker where that has none."""
    for table in _OWNED:
        con.execute(f"UPDATE OR IGNORE {table} SET device_id = ? WHERE device_id = ?", (kept, lost))  # noqa: S608
    for table in SCOPED:
        con.execute(
            f"UPDATE OR IGNORE {table} SET scope_id = ? WHERE scope_kind = ? AND scope_id = ?",  # noqa: S608
            (kept, *scopes.device(lost)),
        )
    con.execute("UPDATE device_merged SET into_id = ? WHERE into_id = ?", (kept, lost))
    columns = "name, maker, kind, found_kind, kind_reason, first_seen"
    row = con.execute(f"SELECT {columns} FROM device WHERE id = ?", (lost,)).fetchone()  # noqa: S608 - fixed text
    let_go(con, lost)
    con.execute(
        """UPDATE device SET name = COALESCE(name, ?), maker = COALESCE(maker, ?), kind = COALESCE(kind, ?),
               found_kind = COALESCE(found_kind, ?), kind_reason = COALESCE(kind_reason, ?),
               first_seen = min(first_seen, ?)
           WHERE id = ?""",
        (*row, kept),
    )


def let_go(con: sqlite3.Connection, device_id: int) -> None:
    """Delete a device with all that holds for it alone; what it asked stays in the query log."""
    for table in SCOPED:
        con.execute(
            f"DELETE FROM {table} WHERE scope_kind = ? AND scope_id = ?",  # noqa: S608
            scopes.device(device_id),
        )
    con.execute("DELETE FROM device WHERE id = ?", (device_id,))


def bump(con: sqlite3.Connection) -> None:
    """Say that answers may change, as `store.config.session.bump` does."""
    con.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'policy_version'")

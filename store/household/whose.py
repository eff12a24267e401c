# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device is at an address this moment: for a page that must show its own rows, and never another's."""

import sqlite3

from store.config.devices import MORE_DEVICES


def whose(con: sqlite3.Connection, address: str, mac: str | None) -> int | None:
    """The device's id, None while no device is known there, or several might be.

    `mac`: as the kernel has it for this address now, None where it does not know one. An address that has another MAC
    than its device had is another device's by now, even before that has asked for its first name.
    """
    row = con.execute(
        "SELECT d.id, d.mac, d.found_name FROM client c JOIN device d ON d.id = c.device_id WHERE c.address = ?",
        (address,),
    ).fetchone()
    if mac is None:
        return None if row is None or _is_many(row) else int(row[0])
    by_mac = con.execute("SELECT id, mac, found_name FROM device WHERE mac = ?", (mac.lower(),)).fetchone()
    if by_mac is not None:
        row = by_mac
    elif row is None or row[1] is not None:
        return None
    return None if _is_many(row) else int(row[0])


def _is_many(row: tuple[int, str | None, str | None]) -> bool:
    """Whether it stands for all for whom there was no room any more."""
    return row[1] is None and row[2] == MORE_DEVICES

# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device is at an address this moment: for a page that must show its own rows, and never another's."""

import sqlite3

from store.config.devices import OVERFLOW


def whose(con: sqlite3.Connection, address: str, mac: str | None) -> int | None:
    """The device's id, None while no device is known there, or several might be.

    `mac`: as the kernel has it for this address now, None where it does not know one. An address that has another MAC
    than it had is another device's by now, even before that has asked for its first name.
    """
    row = con.execute(
        "SELECT d.id, d.found_from, c.mac FROM client c JOIN device d ON d.id = c.device_id WHERE c.address = ?",
        (address,),
    ).fetchone()
    if mac is not None and (row is None or row[2] != mac.lower()):
        holder = con.execute(
            "SELECT d.id, d.found_from FROM device_mac m JOIN device d ON d.id = m.device_id WHERE m.mac = ?",
            (mac.lower(),),
        ).fetchone()
        if holder is not None:
            row = holder
        elif row is None or row[2] is not None:
            return None
    return None if row is None or row[1] == OVERFLOW else int(row[0])

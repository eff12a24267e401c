# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices of a backup among those that the network has shown here. Pure.

A device of the backup keeps its number, which its groups, rules and the query log name. One that is here and not in the
backup stays as long as an address is its own, under a new number where the backup has given its number to another.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]
# What of a device the backup may leave out: `device_network` is by hand, and is as the backup has it.
TABLES = ("device", "device_mac", "device_name", "client", "device_merged")


def merged(here: Tables, there: Tables) -> dict[str, list[Row]]:
    """Those tables as they are to be: the rows of the backup (`there`), and what has come since."""
    addresses = {row["address"] for row in there["client"]}
    new = [row for row in here["client"] if row["address"] not in addresses]
    number_of, stay = _numbers(here, there, {row["device_id"] for row in new})
    macs, ids = {row["mac"] for row in there["device_mac"]}, {row["id"] for row in (*there["device"], *stay)}
    apart = {row["device_id"] for row in there["device_merged"]} | ids
    staying = {old for old, number in number_of.items() if number in {row["id"] for row in stay}}
    extra = {
        "device": stay,
        "device_mac": _moved((row for row in here["device_mac"] if row["mac"] not in macs), number_of),
        "device_name": _moved((row for row in here["device_name"] if row["device_id"] in staying), number_of),
        "client": _moved(new, number_of),
        "device_merged": [
            {**row, "into_id": number_of[row["into_id"]]} for row in here["device_merged"]
            if row["device_id"] not in apart and row["into_id"] in number_of
        ],
    }  # fmt: skip
    return {table: [*there[table], *extra[table]] for table in TABLES}


def _numbers(here: Tables, there: Tables, has_new: set[int]) -> tuple[dict[int, int], list[Row]]:
    """(number here → number that it is to have, rows of those that stay beside the backup's)."""
    by_mac = {row["mac"]: row["device_id"] for row in there["device_mac"]}
    by_id = {row["id"] for row in there["device"]}
    free = max([row["id"] for row in (*here["device"], *there["device"])], default=0) + 1
    number_of: dict[int, int] = {}
    stay: list[Row] = []
    for row in here["device"]:
        number, macs = row["id"], _of(here["device_mac"], row["id"], "mac")
        known = next((by_mac[mac] for mac in sorted(macs) if mac in by_mac), None)
        if known is not None:
            number_of[number] = known
        elif number in by_id and _may_be_same(here, there, number):
            number_of[number] = number
        elif number in has_new:
            number_of[number] = number if number not in by_id else free
            free += number in by_id
            stay.append({**row, "id": number_of[number]})
    return number_of, stay


def _may_be_same(here: Tables, there: Tables, number: int) -> bool:
    """Of one number: not each with MACs of its own, and an address in common or none to tell them apart."""
    if _of(here["device_mac"], number, "mac") and _of(there["device_mac"], number, "mac"):
        return False
    at_here, at_there = (_of(tables["client"], number, "address") for tables in (here, there))
    return not at_here or not at_there or bool(at_here & at_there)


def _of(rows: Sequence[Row], number: int, column: str) -> set[Any]:
    return {row[column] for row in rows if row["device_id"] == number}


def _moved(rows: Iterable[Row], number_of: Mapping[int, int]) -> list[Row]:
    return [{**row, "device_id": number_of[row["device_id"]]} for row in rows if row["device_id"] in number_of]

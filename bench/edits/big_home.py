# SPDX-License-Identifier: GPL-3.0-or-later
"""A home of 10,000 devices, written straight into config.db: as many as there may be, with all that they may have."""

import json
import random
import sqlite3
from collections.abc import Iterator

from bench.crowd import source
from store.base.db import transaction

DEVICES, ADDRESSES, GROUPS, SCHEDULES = 10_000, 2, 200, 90
PAUSED = 50  # devices, and as many have an exception
HOUSE_RULES, GROUP_RULES = 1000, 5
ALONE = 0.1  # of the devices, those with a list of their own; half as many have a rule
UNTIL = 4_000_000_000  # Unix seconds


def address(number: int) -> str:
    """Client address `number`, of device number // ADDRESSES: one that this machine has."""
    return ".".join(map(str, source(number)))


def fill(con: sqlite3.Connection, devices: int = DEVICES, groups: int = GROUPS, seed: int = 1) -> None:
    """Fill a config.db that a first start has left, with the lists that are in it."""
    chance = random.Random(seed)
    lists = [row[0] for row in con.execute("SELECT id FROM blocklist WHERE kind <> 'service' ORDER BY id")]
    services = [row[0] for row in con.execute("SELECT id FROM blocklist WHERE kind = 'service' ORDER BY id")]
    with transaction(con):
        for table in ("client", "device_mac", "device"):  # whoever asked at that start
            con.execute(f"DELETE FROM {table}")
        _devices(con, chance, devices, groups)
        _decisions(con, chance, (devices, groups), lists, services)
        con.execute("UPDATE meta SET value = value + 1 WHERE key = 'policy_version'")


def _devices(con: sqlite3.Connection, chance: random.Random, devices: int, groups: int) -> None:
    windows = [json.dumps([{"days": ["mon", "tue", "sun"], "from": f"{3 + number % 20:02}:00", "to": "02:30"},
                           {"days": ["wed"], "from": "12:00", "to": f"13:{number % 60:02}"}])
               for number in range(SCHEDULES)]  # fmt: skip
    con.executemany("INSERT INTO schedule (name, windows) VALUES (?, ?)", _numbered("times", windows))
    closing = [number % SCHEDULES + 1 if number % 10 == 0 else None for number in range(groups)]
    con.executemany('INSERT INTO "group" (name, schedule_id) VALUES (?, ?)', _numbered("group", closing))
    for number in range(1, devices + 1):
        con.execute("INSERT INTO device (id, name, first_seen) VALUES (?, ?, 1)", (number, f"device {number}"))
        mac = f"aa:bb:{number >> 24 & 255:02x}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
        con.execute("INSERT INTO device_mac VALUES (?, ?, 0, 1, 1)", (mac, number))
        for place in range(ADDRESSES):
            at = address((number - 1) * ADDRESSES + place)
            con.execute("INSERT INTO client (address, device_id, how, mac, first_seen, last_seen)"
                        " VALUES (?, ?, 'mac', ?, 1, 1)", (at, number, mac))  # fmt: skip
        for group in chance.sample(range(1, groups + 1), chance.randint(1, 3)):
            con.execute("INSERT INTO device_group VALUES (?, ?)", (number, group))


def _decisions(
    con: sqlite3.Connection, chance: random.Random, size: tuple[int, int], lists: list[str], services: list[str]
) -> None:  # fmt: skip
    devices, groups = size
    toggle = "INSERT OR REPLACE INTO toggle (scope_kind, scope_id, blocklist_id, \"on\", level, schedule_id)"
    for group in range(1, groups + 1):
        for chosen in (*chance.sample(lists, min(7, len(lists))), *chance.sample(services, 3)):
            times = chance.randint(1, SCHEDULES) if chance.random() < 0.3 else None
            con.execute(f"{toggle} VALUES ('group', ?, ?, ?, NULL, ?)", (group, chosen, chance.random() < 0.7, times))
        for number in range(GROUP_RULES):
            _rule(con, "group", group, f"g{group}-{number}.example")
        if group % 10 == 1:
            _relief(con, "group", group)
    for number in range(HOUSE_RULES):
        _rule(con, "house", 0, f"r{number}.example")
    for device in range(1, devices + 1):
        if chance.random() < ALONE:
            con.execute(f"{toggle} VALUES ('device', ?, ?, 1, NULL, NULL)", (device, chance.choice(lists)))
        if chance.random() < ALONE / 2:
            _rule(con, "device", device, f"d{device}.example")
    for device in chance.sample(range(1, devices + 1), min(PAUSED, devices)):
        _relief(con, "device", device)


def _rule(con: sqlite3.Connection, kind: str, scope: int, name: str) -> None:
    con.execute("INSERT INTO rule (scope_kind, scope_id, kind, name, subdomains, comment, created_at)"
                " VALUES (?, ?, 'block', ?, 1, '', 1)", (kind, scope, name))  # fmt: skip


def _relief(con: sqlite3.Connection, kind: str, scope: int) -> None:
    con.execute("INSERT INTO pause (scope_kind, scope_id, until, created_at) VALUES (?, ?, ?, 1)", (kind, scope, UNTIL))
    con.execute("INSERT INTO exception (scope_kind, scope_id, name, until, created_at) VALUES (?, ?, ?, ?, 1)",
                (kind, scope, "excepted.example", UNTIL))  # fmt: skip


def _numbered(word: str, values: list[object] | list[str] | list[int | None]) -> Iterator[tuple[str, object]]:
    return ((f"{word} {number}", value) for number, value in enumerate(values))

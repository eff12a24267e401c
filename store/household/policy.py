# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy: which blocklists and rules hold for which device now, read from config.db in one consistent look."""

import sqlite3
import time
from typing import Any

from store.base.db import transaction
from store.config import devices
from store.config.choices import ListKind
from store.config.devices import groups_of_devices, landing_group
from store.config.scopes import HOUSE
from store.config.settings import Settings
from store.devices import hand_networks
from store.household import relief, schedule_times, scope_words
from store.household.combination import Combiner
from store.household.device_policies import DevicePolicies, KnownAs, lists_anywhere
from store.household.holding import Holding, earliest_edge
from store.household.policy_values import Policy, PolicySet, Rule, Who
from store.household.scope_words import ScopeWords

__all__ = ["NO_WALL", "Policy", "PolicySet", "Rule", "Who", "load"]

NO_WALL = Settings()
# What rules of lists may call a device: a name by hand, MAC addresses. What the network calls it, it may say itself.
_NAMES = """SELECT id, name FROM device WHERE name IS NOT NULL UNION ALL SELECT device_id, mac FROM device_mac"""


def load(con: sqlite3.Connection, settings: Settings = NO_WALL, now_s: int | None = None) -> PolicySet:
    """Everything at one version and one moment; `settings`, for the wall's own lists.

    `now_s`: Unix seconds, None: by the clock of this machine; of all that has a time, what holds then is taken in
    (`store.household.holding`). Raises sqlite3.Error when config.db cannot be read.
    """
    now_s = int(time.time()) if now_s is None else now_s
    timed: list[Holding[Any]] = []  # what schedules, pauses … say of this moment
    with transaction(con, "DEFERRED"):
        version = int(con.execute("SELECT value FROM meta WHERE key = 'policy_version'").fetchone()[0])
        timed.append(in_force := schedule_times.holding(con, now_s))
        words = scope_words.read(con, in_force.value, now_s)
        timed.append(Holding(None, scope_words.next_end(con, now_s)))
        timed.append(reliefs := relief.holding(con, now_s))
        packs = {row[0] for row in con.execute("SELECT id FROM blocklist WHERE kind = ?", (ListKind.PACK,))}
        answers = dict(con.execute("SELECT id, answer FROM blocklist WHERE answer <> ''"))
        groups = groups_of_devices(con)
        clients = dict(con.execute("SELECT address, device_id FROM client"))
        macs, behind, networks = devices.by_mac(con), devices.behind(con), hand_networks.load(con)
        landing = landing_group(con, settings.new_devices)
        names: dict[int, list[str]] = {number: [] for (number,) in con.execute("SELECT id FROM device")}
        for number, name in con.execute(_NAMES):
            names[number].append(name.lower())
    combiner = Combiner(words.get(HOUSE, ScopeWords()), packs, settings)
    default = combiner.policy(relief=relief.joined([reliefs.value.get(HOUSE)]))
    by_device = DevicePolicies(words, reliefs.value, groups, combiner, default)
    who = KnownAs(names, groups, words)
    edge = earliest_edge(each.next_edge_s for each in timed)
    new = None if landing is None else by_device.of_group(landing)
    return PolicySet(
        version, default, by_device, clients, answers, who, settings.wall_exempt, edge,
        lists=lists_anywhere(words, packs) | set(default.lists),
        upstreams=frozenset(each.upstreams for each in words.values()),
        macs=macs, behind=behind, networks=networks, newcomers=None if new is default else new,
        missing_group=settings.new_devices if landing is None else "",
    )  # fmt: skip

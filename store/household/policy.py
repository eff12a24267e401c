# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy: which blocklists and rules hold for which device now, read from config.db in one consistent look."""

import sqlite3
import time
from typing import Any

from store.base.db import transaction
from store.config import devices
from store.config.choices import ListKind, ScopeKind
from store.config.devices import groups_of_devices
from store.config.scopes import HOUSE, Scope
from store.config.scopes import device as device_scope
from store.config.scopes import group as group_scope
from store.config.settings import Settings
from store.devices import hand_networks, newcomers
from store.household import relief, schedule_times, scope_words
from store.household.combination import Combiner
from store.household.holding import Holding, earliest_edge
from store.household.policy_values import Policy, PolicySet, Rule, Who
from store.household.relief import Relief
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
        words = scope_words.read(con, in_force.value)
        timed.append(reliefs := relief.holding(con, now_s))
        packs = {row[0] for row in con.execute("SELECT id FROM blocklist WHERE kind = ?", (ListKind.PACK,))}
        answers = dict(con.execute("SELECT id, answer FROM blocklist WHERE answer <> ''"))
        groups = groups_of_devices(con)
        clients = dict(con.execute("SELECT address, device_id FROM client"))
        macs, networks = devices.by_mac(con), hand_networks.load(con)
        landing = newcomers.group_of(con, settings.new_devices)
        names: dict[int, list[str]] = {number: [] for (number,) in con.execute("SELECT id FROM device")}
        for number, name in con.execute(_NAMES):
            names[number].append(name.lower())
    combiner = Combiner(words.get(HOUSE, ScopeWords()), packs, settings)
    default = combiner.policy(relief=relief.joined([reliefs.value.get(HOUSE)]))
    policies = _policies(words, reliefs.value, groups, combiner)
    by_device = {device: each for device, each in policies.items() if each is not default}
    who = {
        number: Who(
            tuple(known),
            tuple(words[group_scope(group)].name.lower() for group in groups.get(number, ())),
        )
        for number, known in names.items()
    }
    edge = earliest_edge(each.next_edge_s for each in timed)
    new = None if landing is None else _of_group(landing, words, reliefs.value, combiner)
    return PolicySet(
        version, default, by_device, clients, answers, who, settings.wall_exempt, edge,
        macs=macs, networks=networks, newcomers=None if new is default else new,
    )  # fmt: skip


def _of_group(
    number: int, words: dict[Scope, ScopeWords], reliefs: dict[Scope, Relief], combiner: Combiner
) -> Policy:  # fmt: skip
    """What holds for a device of which nothing is known but its group."""
    group = group_scope(number)
    return combiner.policy([words[group]], ScopeWords(), relief.joined(map(reliefs.get, (group, HOUSE))))


def _policies(
    words: dict[Scope, ScopeWords],
    reliefs: dict[Scope, Relief],
    groups: dict[int, tuple[int, ...]],
    combiner: Combiner,
) -> dict[int, Policy]:
    """By id, of the devices that are in a group or of which anything is said."""
    policies: dict[int, Policy] = {}
    of_groups: dict[tuple[int, ...], Policy] = {}
    saying = {scope.number for scope in words.keys() | reliefs.keys() if scope.kind == ScopeKind.DEVICE}
    for device in groups.keys() | saying:
        numbers = groups.get(device, ())
        if device not in saying and numbers in of_groups:
            policies[device] = of_groups[numbers]
            continue
        own, wider = device_scope(device), [group_scope(number) for number in numbers]
        let_through = relief.joined(map(reliefs.get, (own, *wider, HOUSE)))
        policies[device] = combiner.policy([words[scope] for scope in wider], words.get(own, ScopeWords()), let_through)
        if device not in saying:
            of_groups[numbers] = policies[device]
    return policies

# SPDX-License-Identifier: GPL-3.0-or-later
"""What judging leaks needs to know of the home: which lists have a name since when, and what config.db held before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from blocklists.explain import lines
from blocklists.history import rule_dates
from blocklists.history.rule_dates import Dates
from blocklists.index.index import Index, Match
from blocklists.index.own_rules import RuleTable, own_text
from blocklists.packs import dns_services, services, services_beside
from evidence.findings.leaks import Blocking, Holder, OwnRule
from evidence.findings.past import SECOND_US, TABLES, Altered, Past, standing
from store.config import scopes
from store.config.choices import RuleKind
from store.config.devices import groups_of_devices
from store.config.scopes import HOUSE
from store.household import scope_words
from wire.types import A


class Holders:
    """The lists of one home that have a name and would block it, on or off; packs first, as the index has them."""

    def __init__(self, index: Index, state: Path, added: Mapping[str, int]) -> None:
        """`added`: when each list was installed, Unix seconds."""
        self._index, self._added = index, added
        self._dates = cache(lambda blocklist: rule_dates.dates_of(state, blocklist))

    @classmethod
    def open(cls, state: Path, config: sqlite3.Connection) -> Holders:
        """Raises CorruptIndex where there is no index that can be read, and sqlite3.Error."""
        added = dict(config.execute("SELECT id, added_at FROM blocklist"))
        return cls(Index.open(state / "index" / "current.idx", services_beside.load()), state, added)

    def of(self, name: str) -> Sequence[Holder]:
        """Of each list one; a list that allows the name as well blocks it not."""
        matches = self._index.matching(name)
        patterns = [(slot, rule) for slot, rule in self._index.complex_rules.matching(name) if not rule.cancels]
        allowing = {match.slot for match in matches if match.allow} | {slot for slot, rule in patterns if rule.allow}
        of_slot = {slot: (None, rule_dates.text_key(rule.text, self._index.seed)) for slot, rule in reversed(patterns)}
        holders = {slot: self._holder(slot, [key]) for slot, (_, key) in of_slot.items()}
        holders |= {match.slot: self._holder(match.slot, self._keys(match)) for match in reversed(matches)}
        return [holders[slot] for slot in sorted(holders) if slot not in allowing]

    def title(self, blocklist: str) -> str:
        """What people call a list; "" for one that is gone."""
        return next((slot.title for slot in self._index.slots if slot.blocklist_id == blocklist), "")

    def _keys(self, match: Match) -> list[int]:
        slot = self._index.slots[match.slot]
        return [rule_dates.name_key(kind, match.name, self._index.seed) for kind in lines.kinds_in(slot, match)]

    def _holder(self, number: int, keys: Sequence[int]) -> Holder:
        slot = self._index.slots[number]
        service = slot.blocklist_id.startswith(services.PREFIX) or slot.blocklist_id in dns_services.OF_LIST
        added_us = self._added.get(slot.blocklist_id, 0) * SECOND_US
        dates: Dates | None = None if slot.level or service else self._dates(slot.blocklist_id)
        if dates is None:
            return Holder(slot.blocklist_id, slot.level, added_us=added_us, service=service)
        since = dates.of(keys)
        return Holder(slot.blocklist_id, None, since.time * SECOND_US, since.exact, added_us)


_TOGGLES = 'SELECT scope_kind, scope_id, blocklist_id, "on", level, schedule_id FROM toggle'


def past_of(con: sqlite3.Connection, since_s: int) -> Past:
    """What config.db held at each moment since then, as far as its history tells. Raises sqlite3.Error."""
    con.row_factory = sqlite3.Row
    try:
        toggles = con.execute(_TOGGLES).fetchall()
        members = con.execute("SELECT device_id, group_id FROM device_group").fetchall()
    finally:
        con.row_factory = None
    lists = [blocklist for (blocklist,) in con.execute("SELECT id FROM blocklist")]
    return Past(standing(map(dict, toggles), map(dict, members), lists), _altered(con, since_s), _known_since(con))


def blocking(con: sqlite3.Connection) -> Blocking:
    """Which rule of the home blocks a name for a device now, at all times. Raises sqlite3.Error."""
    words, groups = scope_words.read(con), groups_of_devices(con)

    @cache
    def table(device: int) -> RuleTable:
        whose = [HOUSE, *map(scopes.group, groups.get(device, ())), scopes.device(device)]
        return RuleTable.build(rule for scope in whose if scope in words for rule in words[scope].rules)

    def find(device: int, name: str) -> OwnRule | None:
        rule = table(device).find(name, A)
        blocks = rule is not None and rule.kind == RuleKind.BLOCK
        return OwnRule(own_text(rule), rule.created_at * SECOND_US) if rule is not None and blocks else None

    return find


def allow_rules(con: sqlite3.Connection) -> dict[str, tuple[int, str]]:
    """The home's rules that allow, as the log has them → number and scope. Raises sqlite3.Error."""
    every = {number for (number,) in con.execute("SELECT id FROM schedule")}
    return {
        own_text(rule): (rule.id, str(scope))
        for scope, words in scope_words.read(con, every).items() for rule in words.rules if rule.kind == RuleKind.ALLOW
    }  # fmt: skip


def _altered(con: sqlite3.Connection, since_s: int) -> Iterator[Altered]:
    marks = ", ".join("?" * len(TABLES))
    sql = f"""SELECT c.at, r.table_name, r.before, r.after FROM change c JOIN change_row r ON r.change_id = c.id
              WHERE c.at >= ? AND r.table_name IN ({marks}) ORDER BY c.id DESC, r.number DESC"""  # noqa: S608
    for at, table, before, after in con.execute(sql, (since_s, *TABLES)):
        yield Altered(at, table, json.loads(before) if before else None, json.loads(after) if after else None)


def _known_since(con: sqlite3.Connection) -> int:
    """Since when the history is whole: what was changed long ago is forgotten."""
    first, at = con.execute("SELECT min(id), min(at) FROM change").fetchone()
    return 0 if first in (None, 1) else int(at)

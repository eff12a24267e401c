# SPDX-License-Identifier: GPL-3.0-or-later
"""After a pass: leaks, idle talk, ways around DNS and silence are looked for in the log and what stands beside it.

What is no more findings fades: it is done by itself. What could not be read says nothing, and nothing of it fades.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cache
from pathlib import Path

from blocklists.index.index import CorruptIndex
from blocklists.whose.facts import Facts
from evidence.findings import dns_bypass, find_all, finding_rows, idle_talk, leaks, tracked_hours, ways_around
from evidence.findings.finding import Cause, Finding, FindingKind
from evidence.findings.leak_sources import Holders, allow_rules, blocking, past_of
from store.base import db
from store.config import devices
from store.config.choices import DeviceKind
from store.devices.device_kinds import kind_of
from store.log.protocol import LogError
from store.log.rollup_tables import HOUR_US
from store.stats.sqlite_reader import open_reader
from store.wall import bypass

SECOND_US = 1_000_000
WINDOW_US = tracked_hours.WINDOW_HOURS * HOUR_US
MAX_SEEN = 5_000  # lines of bypass.db, and names of DNS services: the newest


def find(
    state: Path, con: sqlite3.Connection, log: sqlite3.Connection, facts: Facts, now_us: int
) -> None:
    """Look, keep what there is, and let fade what is no more. `con`: of evidence.db, to write; `log`: the query log.

    Raises sqlite3.Error.
    """
    tracked_hours.update(con, log, facts, now_us)
    company_of = cache(lambda name: facts.of(name).company)
    findings: list[Finding] = []
    kinds = {FindingKind.LEAK}
    with ExitStack() as stack:
        config = _config(state, stack)
        rows = list(tracked_hours.load(con, now_us))
        findings += _leaks(state, config, rows, company_of, now_us)
        if config is not None:
            findings += idle_talk.find(rows, _kinds(config), find_all.cause_of(con), company_of)
            kinds.add(FindingKind.IDLE_TALK)
            findings += _around(state, config, now_us, kinds)
    finding_rows.keep(con, findings, now_us)
    finding_rows.fade(con, kinds, findings, now_us)


def _config(state: Path, stack: ExitStack) -> sqlite3.Connection | None:
    """None beside an imported log, where there is no home."""
    path = state / "config.db"
    return stack.enter_context(closing(db.connect(path, read_only=True))) if path.exists() else None


def _leaks(
    state: Path, config: sqlite3.Connection | None, rows: list[tracked_hours.Asked],
    company_of: Callable[[str], str | None], now_us: int,
) -> list[Finding]:  # fmt: skip
    if config is None:
        return list(leaks.leaks(rows, company_of))
    past = past_of(config, (now_us - WINDOW_US - leaks.GRACE_US) // SECOND_US)
    try:
        holders = Holders.open(state, config)
    except CorruptIndex:  # DNS goes on without one; why rows were answered is not known then
        return list(leaks.leaks(rows, company_of))
    rules = allow_rules(config)
    judged = leaks.leaks(rows, company_of, cache(holders.of), past, blocking(config))
    return [_completed(leak, holders, rules) for leak in judged]


def _completed(leak: Finding, holders: Holders, rules: Mapping[str, tuple[int, str]]) -> Finding:
    """With what its list is called, and which of the home's rules it was; one that is gone is told quietly."""
    if leak.cause is Cause.RULE:
        number, scope = rules.get(leak.rule, (0, ""))
        return replace(leak, rule_id=number, scope=scope, confidence=leak.confidence if number else leaks.OVER)
    return replace(leak, list_title=holders.title(leak.blocklist)) if leak.blocklist else leak


def _kinds(config: sqlite3.Connection) -> Mapping[int, DeviceKind]:
    sql = "SELECT id, kind, found_kind FROM device"
    return {number: kind_of(given, guessed) for number, given, guessed in config.execute(sql)}


def _around(state: Path, config: sqlite3.Connection, now_us: int, kinds: set[FindingKind]) -> list[Finding]:
    """Of the log's DNS services and silent devices, and of what the wall saw; `kinds`: of what could be read."""
    findings: list[Finding] = []
    names = devices.names(config)
    try:
        with closing(open_reader(state)) as log:
            findings += ways_around.asked(dns_bypass.asked_for(log, names, now_us - WINDOW_US, now_us, MAX_SEEN))
            findings += ways_around.silent(dns_bypass.silent(log, config, now_us))
        seen = bypass.open_reader(state)
        if seen is not None:
            with closing(seen):
                ends = ((now_us - WINDOW_US) // SECOND_US, now_us // SECOND_US)
                findings += ways_around.seen(bypass.rows(seen, *ends, limit=MAX_SEEN))
    except (LogError, sqlite3.Error):
        return findings
    kinds |= {FindingKind.BYPASS, FindingKind.SILENT}
    return findings

# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracking that was answered, by device and company, with the reason for it. Pure.

What was let through by a pause, an exception, a rule or an allow list says so in the log. Of the rest the reason is
told from the lists that have the name, and from what held for the device then and holds now: a list that was off,
is off for the device, or came later; or no list has it. Where what held then is not known, that is the reason told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from evidence.findings.finding import MAX_NAMES, Cause, Finding, FindingKind
from evidence.findings.past import Past, Standing, Word, covers
from evidence.findings.tracked_hours import Asked
from store.config.choices import ScopeKind
from store.config.scopes import HOUSE
from store.log.records import Verdict

SECOND_US = 1_000_000
GRACE_US = 60 * SECOND_US  # until a list that was turned on decides everywhere
FETCHED_US = 86_400 * SECOND_US  # within which a list that was added has its first copy
PAUSE, EXCEPTION, OWN = "pause", "exception", "own"  # in place of a list's id in the log
LET_THROUGH = {PAUSE: Cause.PAUSE, EXCEPTION: Cause.EXCEPTION, OWN: Cause.RULE}
ANSWERED = {int(Verdict.PASS): "PASS", int(Verdict.ALLOW): "ALLOW"}
OVER = 0.3  # how loud what is cured already is
# How loud each is. What is over, and what a person has decided, is told quietly.
LOUDNESS = {
    Cause.NO_LIST: 0.7, Cause.LIST_OFF: 0.7, Cause.BYPASS: 0.7, Cause.UNKNOWN: 0.6, Cause.GROUP: 0.6, Cause.RULE: 0.5,
    Cause.ALLOW_LIST: 0.5, Cause.SCHEDULE: 0.4, Cause.EXCEPTION: 0.4, Cause.PAUSE: 0.4, Cause.LIST_LATER: OVER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holder:
    """An installed list that has a name. `level`: of a pack's name; `since_us`: when the list got it, exactly, or by
    then; `added_us`: when the list itself was added, 0 where that is not known.

    `service`: a list that takes a service away as a whole; nobody turns it on because of its tracking.
    """

    blocklist: str
    level: str | None = None
    since_us: int = 0
    exact: bool = True
    added_us: int = 0
    service: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were answered, and where that is to be changed: the list, the pack's level, the scope, the rule."""

    cause: Cause
    blocklist: str = ""
    level: str = ""
    scope: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule of the home that blocks a name for a device now: as the log has it, and since when."""

    text: str
    since_us: int


Blocking = Callable[[int, str], OwnRule | None]  # device, name


@dataclass(slots=True)
class _Leak:
    names: Counter[str] = field(default_factory=Counter)
    rows: list[Asked] = field(default_factory=list)


def leaks(
    rows: Iterable[Asked],
    company_of: Callable[[str], str | None],
    holders_of: Callable[[str], Sequence[Holder]] = lambda name: (),
    past: Past | None = None,
    blocking: Blocking = lambda device, name: None,
) -> Iterator[Finding]:
    """What of these rows was answered; names are of trackers. `past` None: nothing is known of what held.

    The rows of a finding are those of its device and names from first to last that were judged as it says, all of them.
    """
    groups: dict[tuple[int, str, Reason, str, bool, str], _Leak] = defaultdict(_Leak)
    judged: list[tuple[Asked, Reason]] = [
        (row, reason(row, holders_of(row.name), past, blocking))
        for row in rows if row.verdict in ANSWERED and row.device_id
    ]  # fmt: skip
    mixed = _mixed(judged)
    for row, why in judged:
        since_us = mixed.get(_class(row), 0)
        if row.first_us <= since_us:
            continue  # of a name whose reason changed, what went on last is told, by itself: its rows are then its own
        key = company_of(row.name) or row.name
        leak = groups[row.device_id, key, why, ANSWERED[row.verdict], row.imported, row.name if since_us else ""]
        leak.names[row.name] += row.queries
        leak.rows.append(row)
    for (device, key, why, verdict, imported, own_name), leak in groups.items():
        yield _finding(device, key, company_of(next(iter(leak.names))), why, verdict, imported, own_name, leak)


def reason(
    row: Asked, holders: Sequence[Holder], past: Past | None, blocking: Blocking = lambda device, name: None
) -> Reason:
    """Why a row of a tracker was answered."""
    if row.imported:
        return Reason(Cause.UNKNOWN)
    if row.verdict == Verdict.ALLOW:
        cause = LET_THROUGH.get(row.blocklist, Cause.ALLOW_LIST)
        text = "" if cause is Cause.PAUSE else row.rule.partition(" through ")[0]  # without where an answer led
        return Reason(cause, row.blocklist if cause is Cause.ALLOW_LIST else "", rule=text)
    if past is None:
        return Reason(Cause.UNKNOWN)
    rule = blocking(row.device_id, row.name)
    if rule is not None:  # the home's own word goes before every list
        return Reason(Cause.LIST_LATER if row.first_us < rule.since_us + GRACE_US else Cause.UNKNOWN, rule=rule.text)
    if not holders:
        return Reason(Cause.NO_LIST)
    then, before = past.at(row.first_us), past.at(row.first_us - GRACE_US)
    words = [(holder, past.now.word(row.device_id, holder.blocklist)) for holder in holders]
    on = [holder for holder, word in words if covers(word, holder.level)]
    if then is None or before is None:
        return Reason(Cause.UNKNOWN, (on or holders)[0].blocklist)
    if scheduled := [holder for holder in holders if _scheduled(holder, row.device_id, (then, past.now))]:
        return Reason(Cause.SCHEDULE, scheduled[0].blocklist)
    # What is turned on is in force everywhere a while later, what is turned off at once.
    if any(_was_on(holder, row, then) and _was_on(holder, row, before) for holder in holders):
        return Reason(Cause.UNKNOWN, (on or holders)[0].blocklist)
    if on:
        return Reason(Cause.LIST_LATER, on[0].blocklist, on[0].level or "")
    return _off([pair for pair in words if not pair[0].service], past.now)


def _scheduled(holder: Holder, device: int, standings: Iterable[Standing]) -> bool:
    return any(standing.word(device, holder.blocklist).scheduled for standing in standings)


def _was_on(holder: Holder, row: Asked, then: Standing) -> bool:
    """Whether the list should have blocked the name then, or may have: then nobody knows why it was answered."""
    if holder.blocklist not in then.lists or not covers(then.word(row.device_id, holder.blocklist), holder.level):
        return False
    since_us = max(holder.since_us, holder.added_us)
    if since_us + GRACE_US <= row.first_us:
        return True
    # By then, but not since when: unless it is the first copy of a list that had just been added.
    return not holder.exact and holder.added_us + FETCHED_US < holder.since_us and row.first_us >= holder.added_us


def _off(words: Sequence[tuple[Holder, Word]], now: Standing) -> Reason:
    """The list is off for the device now: by whose word, the one that is on for the house first."""
    for holder, word in words:
        narrow = word.scope is not None and word.scope.kind != ScopeKind.HOUSE
        of_house = now.toggles.get(HOUSE, {}).get(holder.blocklist)
        if narrow and of_house and of_house.on:
            return Reason(Cause.GROUP, holder.blocklist, holder.level or "", str(word.scope))
    if not words:
        return Reason(Cause.NO_LIST)
    holder, word = next((pair for pair in words if pair[1].on), words[0])
    scope = word.scope if word.scope is not None and word.on else HOUSE
    return Reason(Cause.LIST_OFF, holder.blocklist, holder.level or "", str(scope))


def _class(row: Asked) -> tuple[int, str, int, str, bool]:
    """What a filter of the query log tells apart."""
    return row.device_id, row.name, row.verdict, row.blocklist, row.imported


def _mixed(judged: Iterable[tuple[Asked, Reason]]) -> dict[tuple[int, str, int, str, bool], int]:
    """Of what had several reasons, though a filter cannot tell them apart: after when the latest alone held."""
    latest: dict[tuple[int, str, int, str, bool], tuple[Reason, int, int]] = {}
    for row, why in judged:
        known = latest.get(_class(row))
        if known is None:
            latest[_class(row)] = why, row.last_us, 0
        else:
            before, last_us, since_us = known
            latest[_class(row)] = why, max(last_us, row.last_us), since_us if why == before else last_us
    return {of: since_us for of, (_, _, since_us) in latest.items() if since_us}


def _finding(
    device: int, key: str, company: str | None, why: Reason, verdict: str, imported: bool, own_name: str, leak: _Leak
) -> Finding:
    names = [name for name, _ in leak.names.most_common(MAX_NAMES)]
    shown = set(names)
    rows = [row for row in leak.rows if row.name in shown]
    of_import = f"imported {verdict}" if imported else ""
    parts = (key, why.cause.value, why.blocklist, why.level, why.scope, why.rule, own_name, of_import)
    return Finding(
        FindingKind.LEAK, device, company, " ".join(part for part in parts if part), tuple(names),
        min(row.first_us for row in rows), max(row.last_us for row in rows), sum(row.queries for row in rows),
        confidence=LOUDNESS[why.cause], cause=why.cause, verdict=verdict, blocklist=why.blocklist, level=why.level,
        scope=why.scope, rule=why.rule, imported=imported,
    )  # fmt: skip

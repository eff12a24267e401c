# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a name is blocked or not: every rule that spoke for it, with its list, its line, and what became of it.

The index knows names only by their hash, so what it says is looked up in the text before it is told as a fact.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from blocklists.explain import lines
from blocklists.explain.lines import Line
from blocklists.history import rule_dates
from blocklists.history.rule_dates import Since
from blocklists.index import list_files
from blocklists.index.index import Index, Match, Slot
from blocklists.index.own_rules import own_text
from blocklists.packs import dns_services, vendor_packs
from blocklists.packs.vendor_packs import PackName
from blocklists.rules import rule
from blocklists.rules.complex_rule import Special
from blocklists.rules.patterns import PatternSet
from store.config.choices import RuleForm, RuleKind
from store.config.policy import Rule


@dataclass(frozen=True, slots=True)
class Spoken:
    """One rule that holds for a name.

    Of the home's own rules `own` is set and `blocklist` is ""; of a vendor pack `level` and `entry`; of a list `line`
    and `since`, and either `match` or `special`. `slot` is the list's bit in a mask, -1 for an own rule. `confirmed`
    False: the list's text does not hold this name, so either its hash collides with another's or the copy was changed
    by hand. `standing` and `why` are `blocklists.explain.outcome`'s.
    """

    allow: bool
    rule: str
    blocklist: str
    title: str
    slot: int
    confirmed: bool
    level: str | None = None
    line: Line | None = None
    entry: PackName | None = None
    own: Rule | None = None
    special: Special | None = None
    match: Match | None = None
    since: Since | None = None
    standing: str = ""
    why: str = ""


def speakers(name: str, index: Index, state: Path, rules: Iterable[Rule] = ()) -> list[Spoken]:
    """Return every rule that holds for `name`: those of `rules`, then those of all lists in the index, on or off.

    Within each, the most specific first. Takes a fraction of a second for each list that speaks.
    """
    special = [_special(said, index.slots[slot], slot, state, index.seed) for slot, said in index.specials.spoke(name)]
    listed = [_listed(match, index.slots[match.slot], state, index.seed) for match in index.spoke(name)]
    return own_speakers(name, rules) + special + listed


def own_speakers(name: str, rules: Iterable[Rule]) -> list[Spoken]:
    """Return those of the home's own rules that hold for `name`, whatever the query type."""
    own = [rule_ for rule_ in rules if _holds(rule_, name)]
    own.sort(key=lambda rule_: (rule_.form == RuleForm.REGEX, -len(rule_.name), rule_.subdomains))
    return [
        Spoken(
            rule_.kind == RuleKind.ALLOW, own_text(rule_), "", "Your own rule", -1, confirmed=True, own=rule_,
            since=Since(rule_.created_at, exact=True) if rule_.created_at else None,
        )
        for rule_ in own
    ]  # fmt: skip


def _holds(own: Rule, name: str) -> bool:
    if own.form == RuleForm.REGEX:
        return bool(PatternSet([own.name]).match(name)) != own.inverted
    return own.name == name or (own.subdomains and name.endswith(f".{own.name}"))


def _special(said: Special, slot: Slot, number: int, state: Path, seed: int) -> Spoken:
    line = None
    with contextlib.suppress(OSError):
        line = lines.find_text(list_files.text_path(state, slot.blocklist_id), said.text)
    dates = rule_dates.dates_of(state, slot.blocklist_id) if line else None
    return Spoken(
        said.allow, said.text, slot.blocklist_id, slot.title, number, line is not None, line=line, special=said,
        since=dates.of([rule_dates.text_key(said.text, seed)]) if dates else None,
    )  # fmt: skip


def _listed(match: Match, slot: Slot, state: Path, seed: int) -> Spoken:
    text = rule.listed_text(match.kind, match.name, allow_list=slot.allow)
    line, entry, dates = None, None, None
    if slot.level:
        entry = _entry(match.name, slot)
    elif slot.blocklist_id in dns_services.OF_LIST:
        found = dns_services.line_of(match.kind, match.name)
        line = Line(*found) if found else None
    else:
        with contextlib.suppress(OSError):  # the copy is gone: then nothing confirms the rule
            line = lines.find_line(list_files.text_path(state, slot.blocklist_id), match, slot)
        dates = rule_dates.dates_of(state, slot.blocklist_id) if line else None
    keys = [rule_dates.name_key(kind, match.name, seed) for kind in lines.kinds_in(slot, match)]
    return Spoken(
        match.allow, text, slot.blocklist_id, slot.title, match.slot, line is not None or entry is not None,
        slot.level, line, entry, match=match, since=dates.of(keys) if dates else None,
    )  # fmt: skip


def _entry(name: str, slot: Slot) -> PackName | None:
    held = (entry for pack in vendor_packs.load() if pack.blocklist_id == slot.blocklist_id for entry in pack.names)
    return next((entry for entry in held if entry.name == name), None)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a name is blocked or not: every rule that holds for it, with its list, its line, and since when it stands there.

The index knows names only by their hash, so what it says is looked up in the text before it is told as a fact.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from blocklists.explain import lines
from blocklists.explain.lines import Line
from blocklists.history import rule_dates
from blocklists.history.rule_dates import Dates, Since
from blocklists.index import list_files
from blocklists.index.index import Index, Match, Slot
from blocklists.index.own_rules import own_text
from blocklists.packs import dns_services, services, vendor_packs
from blocklists.packs.vendor_packs import PackName
from blocklists.rules import rule
from blocklists.rules.complex_rule import NOBODY, Client, ComplexRule
from blocklists.rules.patterns import PatternSet
from store.base.sentences import recall
from store.config.choices import RuleForm, RuleKind
from store.household.policy import Rule
from wire.types import A


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged, for whom, and by what: the lists of `index` that are on as a mask, and the home's `rules`.

    `others`: the home's rules that hold for other devices and groups; they are told of, and decide nothing here.
    """

    name: str
    index: Index
    mask: int
    rules: Sequence[Rule] = ()
    qtype: int = A
    client: Client = NOBODY
    others: Sequence[Rule] = ()


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """One rule that holds for a name: `by` as it decides, `rule` as people write it.

    One of the home's own has no `blocklist` and no `title`, one of a vendor pack a `level` and an `entry`, one of a
    list a `line` and `since`. `slot` is the list's bit in a mask, -1 for an own rule. `confirmed` False: the list's
    text does not hold this name, so either its hash collides with another's or the copy was changed by hand.
    `standing` and `why` are `blocklists.explain.outcome`'s.
    """

    by: Rule | ComplexRule | Match
    allow: bool
    rule: str
    blocklist: str = ""
    title: str = ""
    slot: int = -1
    confirmed: bool = True
    level: str | None = None
    line: Line | None = None
    entry: PackName | None = None
    since: Since | None = None
    standing: str = ""
    why: str = ""

    @property
    def verdict(self) -> str:
        """What it asks for."""
        return "ALLOW" if self.allow else "BLOCK"

    @property
    def own(self) -> Rule | None:
        """The home's own rule, where it is one."""
        return self.by if isinstance(self.by, Rule) else None

    @property
    def complex_rule(self) -> ComplexRule | None:
        """The rule of a list that no hash can hold, where it is one."""
        return self.by if isinstance(self.by, ComplexRule) else None

    @property
    def comment(self) -> str:
        """What its author says of it."""
        return recall(self.entry.note) if self.entry else self.own.comment if self.own else ""

    @property
    def line_number(self) -> int | None:
        return self.line.number if self.line else None

    @property
    def since_exact(self) -> bool:
        return self.since is not None and self.since.exact


def matching_rules(case: Case, state: Path | None) -> list[MatchedRule]:
    """Return every rule that holds for the name: the home's own, then those of all lists in the index, on or off.

    Within each, the most specific first. Takes a fraction of a second for each list that has one. Without `state` the
    lists are files that were given on the spot, each with its path for an id.
    """
    name, index = case.name, case.index
    ids = {rule_.id for rule_ in case.rules}
    own = _own([*case.rules, *(rule_ for rule_ in case.others if rule_.id not in ids)], name)
    of_lists = [
        _complex(rule_, index.slots[slot], slot, state, index.seed)
        for slot, rule_ in index.complex_rules.matching(name)
    ]
    listed = [_listed(match, index.slots[match.slot], state, index.seed) for match in index.matching(name)]
    return own + of_lists + listed


def _own(rules: Iterable[Rule], name: str) -> list[MatchedRule]:
    own = [rule_ for rule_ in rules if _holds(rule_, name)]
    own.sort(key=lambda rule_: (rule_.form == RuleForm.REGEX, -len(rule_.name), rule_.subdomains))
    return [
        MatchedRule(
            rule_, rule_.kind == RuleKind.ALLOW, own_text(rule_),
            since=Since(rule_.created_at, exact=True) if rule_.created_at else None,
        )
        for rule_ in own
    ]  # fmt: skip


def _holds(own: Rule, name: str) -> bool:
    if own.form == RuleForm.REGEX:
        return bool(PatternSet([own.name]).match(name)) != own.inverted
    return own.name == name or (own.subdomains and name.endswith(f".{own.name}"))


def _complex(complex_rule: ComplexRule, slot: Slot, number: int, state: Path | None, seed: int) -> MatchedRule:
    line = None
    with contextlib.suppress(OSError):
        line = lines.find_text(_text(state, slot), complex_rule.text)
    dates = _dates(state, slot) if line else None
    return MatchedRule(
        complex_rule, complex_rule.allow, complex_rule.text, slot.blocklist_id, slot.title, number,
        line is not None, line=line,
        since=dates.of([rule_dates.text_key(complex_rule.text, seed)]) if dates else None,
    )  # fmt: skip


def _listed(match: Match, slot: Slot, state: Path | None, seed: int) -> MatchedRule:
    text = rule.listed_text(match.kind, match.name, allow_list=slot.allow)
    line, entry, dates = None, None, None
    if slot.level:
        entry = _entry(match.name, slot)
    elif slot.blocklist_id in dns_services.OF_LIST:
        shipped = dns_services.line_of(match.kind, match.name)
        line = Line(*shipped) if shipped else None
    elif slot.blocklist_id.startswith(services.PREFIX):
        shipped = services.line_of(slot.blocklist_id, match.kind, match.name)
        line = Line(*shipped) if shipped else None
    else:
        with contextlib.suppress(OSError):  # the copy is gone: then nothing confirms the rule
            line = lines.find_line(_text(state, slot), match, slot)
        dates = _dates(state, slot) if line else None
    keys = [rule_dates.name_key(kind, match.name, seed) for kind in lines.kinds_in(slot, match)]
    return MatchedRule(
        match, match.allow, text, slot.blocklist_id, slot.title, match.slot, line is not None or entry is not None,
        slot.level, line, entry, since=dates.of(keys) if dates else None,
    )  # fmt: skip


def _text(state: Path | None, slot: Slot) -> Path:
    return list_files.text_path(state, slot.blocklist_id) if state else Path(slot.blocklist_id)


def _dates(state: Path | None, slot: Slot) -> Dates | None:
    return rule_dates.dates_of(state, slot.blocklist_id) if state else None


def _entry(name: str, slot: Slot) -> PackName | None:
    pack = vendor_packs.of_list(slot.blocklist_id)
    return next((entry for entry in pack.names if entry.name == name), None) if pack else None

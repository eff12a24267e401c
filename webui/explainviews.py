# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name in words, with every rule that spoke: the home's own, and those of installed lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from blocklists import rule as written
from blocklists.index import Index, Match
from resolver.judge import HOME, Judgement
from resolver.snapshot import Snapshot
from store.records import Verdict
from webui import words
from webui.rulesviews import RuleView


@dataclass(frozen=True, slots=True)
class Spoke:
    """One rule that holds for the name; `active`: its list is on for who was asked for."""

    verdict: str
    rule: str
    source: str
    active: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`said`: the verdict and its reason in a sentence."""

    name: str
    verdict: str
    said: str
    spoke: tuple[Spoke, ...]


def answer(name: str, found: Judgement, said_by: Iterable[Spoke], titles: Mapping[str, str]) -> Answer:
    return Answer(name, found.verdict.name, sentence(found, titles), tuple(said_by))


def sentence(found: Judgement, titles: Mapping[str, str]) -> str:
    """What was decided and by what."""
    if found.verdict == Verdict.REFUSE:
        return "This address is not of the home, so it gets no answer at all."
    if found.verdict == Verdict.LOCAL:
        return "Telltale answers this name by itself; it never leaves the home."
    if found.verdict == Verdict.PASS:
        return "Nothing blocks it, so it is asked for at the upstream."
    what = "Blocked" if found.verdict == Verdict.BLOCK else "Allowed"
    by = "a rule of your own" if found.blocklist in ("", HOME) else titles.get(found.blocklist, found.blocklist)
    return f"{what} by {by}: {words.visible(found.rule)}"


def own_rules(name: str, rules: Iterable[RuleView], active: frozenset[int]) -> list[Spoke]:
    """The home's own rules that hold for `name`; `active`: ids of those that hold for who was asked for."""
    holding = [one for one in rules if one.name == name or (one.subdomains and name.endswith("." + one.name))]
    return [
        Spoke(
            verdict=_word(one.kind == "allow"),
            rule=written.text(one.name, allow=one.kind == "allow", subdomains=one.subdomains),
            source="Your own rule" + ("" if one.scope == "house" else f", for {one.scope_title}"),
            active=one.id in active,
        )
        for one in holding
    ]


def list_rules(name: str, index: Index, mask: int) -> list[Spoke]:
    """Rules of every installed list, on or off, the most specific first."""
    return [_from_list(match, index, mask) for match in index.spoke(name)]


def active_rules(now: Snapshot, client: str) -> frozenset[int]:
    return frozenset(one.id for one in now.policies.of(client).rules)


def _from_list(match: Match, index: Index, mask: int) -> Spoke:
    slot = index.slots[match.slot]
    level = f", from level {slot.level} on" if slot.level else ""
    return Spoke(
        verdict=_word(match.allow),
        rule=written.text(match.name, allow=match.allow, subdomains=match.subdomains),
        source=f"{slot.title}{level}",
        active=bool(mask >> match.slot & 1),
    )


def _word(allow: bool) -> str:
    return "ALLOW" if allow else "BLOCK"

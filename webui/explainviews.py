# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name in words, with every rule that spoke: the home's own, and those of installed lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from blocklists import rule as written
from blocklists.explain import Spoken
from resolver.judge import HOME, Judgement
from resolver.snapshot import Snapshot
from store.records import Verdict
from webui import words
from webui.rulesviews import RuleView


@dataclass(frozen=True, slots=True)
class Spoke:
    """One rule that holds for the name; `active`: its list is on for who was asked for. `line`: as the list has it."""

    verdict: str
    rule: str
    source: str
    active: bool
    line_number: int = 0
    line: str = ""
    note: str = ""


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


def list_rules(spoken: Iterable[Spoken], mask: int) -> list[Spoke]:
    """Rules of installed lists, on or off; `mask`: the lists that are on for who was asked for."""
    return [_from_list(one, bool(mask >> one.slot & 1)) for one in spoken]


def active_rules(now: Snapshot, client: str) -> frozenset[int]:
    return frozenset(one.id for one in now.policies.of(client).rules)


def _from_list(one: Spoken, active: bool) -> Spoke:
    level = f", at {one.level} and above" if one.level and one.level != "everything" else ""
    level = ", at everything" if one.level == "everything" else level
    return Spoke(
        verdict=_word(one.allow),
        rule=one.rule,
        source=f"{one.title}{level}",
        active=active,
        line_number=one.line.number if one.line else 0,
        line=one.line.text if one.line else "",
        note=_note(one),
    )


def _note(one: Spoken) -> str:
    """What the pack says of the name, or a doubt where the list's text does not bear the rule out."""
    if not one.confirmed:
        return "Not found in the list's own text, so this may be another name with the same hash."
    if one.entry is None:
        return ""
    risk = {"none": "", "low": "blocking it may break something small", "high": "blocking it breaks something"}
    words_said = [one.entry.purpose if one.entry.purpose != "unknown" else "", risk.get(one.entry.breakage, "")]
    return "; ".join(filter(None, [*words_said, one.entry.note]))


def _word(allow: bool) -> str:
    return "ALLOW" if allow else "BLOCK"

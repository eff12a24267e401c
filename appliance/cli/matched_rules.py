# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that spoke for a name, as the command line shows them: one line a rule, or one JSON object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.cli import printing
from blocklists.explain.matching_rules import Spoken
from blocklists.explain.outcome import LOSES, WINS
from blocklists.history.rule_dates import Since
from resolver.answer.inspect import Hop
from resolver.answer.judge import HOME


@dataclass(frozen=True, slots=True)
class Speaker:
    """One rule that holds for a name. `list` is a blocklist's id, or `own`; `since` in ISO 8601.

    `since_exact` False: the list held it by then, and maybe before. `standing` is `blocklists.explain.outcome`'s word.
    """

    verdict: str
    rule: str
    list: str
    title: str
    standing: str
    why: str
    level: str | None = None
    line_number: int | None = None
    line: str | None = None
    since: str | None = None
    since_exact: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One hop of an answer, and what was judged of it."""

    by: str
    to: str
    verdict: str
    rule: str
    list: str


def speaker(said: Spoken) -> Speaker:
    return Speaker(
        "ALLOW" if said.allow else "BLOCK", said.rule, said.blocklist or HOME, said.title, said.standing, said.why,
        said.level, said.line.number if said.line else None, said.line.text if said.line else None,
        _iso(said.since), said.since.exact if said.since else False, _note(said),
    )  # fmt: skip


def shown(hops: Sequence[Hop]) -> list[Shown]:
    return [Shown(hop.by, hop.to, judged.verdict.name, judged.rule, judged.blocklist) for hop in hops
            for judged in (hop.judgement,)]  # fmt: skip


def line(one: Speaker) -> str:
    """The rule on one line: what it says, where it stands, since when, and what became of it."""
    place = []
    if one.line is not None:
        place.append(f"line {one.line_number}: {printing.harmless(one.line)}")
    if one.level:
        place.append(f"level {one.level}")
    if one.note:
        place.append(printing.harmless(one.note))
    if one.since:
        place.append(f"since {'' if one.since_exact else 'at least '}{one.since[:10]}")
    stands = {WINS: "  (decides)", LOSES: ""}.get(
        one.standing, f"  ({one.standing}: {one.why})" if one.standing else ""
    )
    return f"    {one.verdict.lower()}  {one.rule}  {one.list}{', ' if place else ''}{', '.join(place)}{stands}"


def hop_line(one: Shown) -> str:
    """The hop on one line."""
    judged = f"{one.verdict}, {one.rule} of {one.list}" if one.rule else one.verdict
    return f"    {one.by} {printing.harmless(one.to)}: {judged}"


def _note(said: Spoken) -> str:
    if said.entry is not None:
        return ": ".join(filter(None, (said.entry.purpose, said.entry.note)))
    if not said.confirmed:
        return "but the list's copy does not hold it: another name of the same hash does"
    return said.own.comment if said.own else ""


def _iso(since: Since | None) -> str | None:
    return datetime.fromtimestamp(since.time, UTC).isoformat().replace("+00:00", "Z") if since else None

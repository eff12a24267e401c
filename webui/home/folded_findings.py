# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings that one act ends, as one line: what needs a look is counted by what is to be done. Pure.

    the same command     the wall, a list for the house, a rule to take away
    a company's names    that no list has, on however many devices: one rule, or the company's page
    no act at all        by device and kind
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evidence.findings import finding_lines
from evidence.findings.cure_acts import CureAct, act_of, highest
from evidence.findings.cures import Cure, cure
from evidence.findings.finding import Cause, Finding, FindingKind
from evidence.findings.finding_lines import FindingLine
from evidence.findings.finding_rows import FindingRow
from evidence.findings.finding_words import CAUSES, to_whom
from store.base.sentences import say, say_count
from webui.numbers.home_view import company_page
from webui.views.formatting import listed

_BY_COMPANY = (Cause.NO_LIST, Cause.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Fold:
    """One line, of one finding or more: the weightiest first. Each of `lines` has its own sentence and rows.

    `act`: the cure where one click does it.
    """

    sentence: str
    cure: Cure
    lines: tuple[FindingLine, ...]
    act: CureAct | None = None

    @property
    def id(self) -> int:
        """Of its weightiest finding."""
        return self.lines[0].id

    @property
    def ids(self) -> str:
        return ",".join(str(line.id) for line in self.lines)

    @property
    def last(self) -> float:
        return max(line.last for line in self.lines)


def folded(rows: Iterable[FindingRow], names: Mapping[int, str]) -> list[Fold]:
    """In the order of each one's first row; `names`: of devices."""
    by_act: dict[Hashable, list[FindingRow]] = {}
    for row in rows:
        by_act.setdefault(_act(row.finding), []).append(row)
    return [_fold(alike, names) for alike in by_act.values()]


def _act(finding: Finding) -> Hashable:
    """What two findings of one line have in common."""
    command = cure(finding).command
    is_leak = finding.kind is FindingKind.LEAK
    if is_leak and finding.cause in _BY_COMPANY:
        return finding.cause, to_whom(finding)
    if is_leak and finding.cause is Cause.RULE:
        return finding.cause, finding.rule_id, finding.rule
    return (is_leak, command) if command else (finding.kind, finding.cause, finding.device_id)


def _fold(rows: Sequence[FindingRow], names: Mapping[int, str]) -> Fold:
    lines, findings = tuple(finding_lines.lines(rows, names)), [row.finding for row in rows]
    if len(lines) == 1:
        return Fold(lines[0].sentence, lines[0].cure, lines, act_of(findings))
    make = _SENTENCES.get(findings[0].kind)
    sentence = make(findings, names) if make else _and_more(lines)
    return Fold(sentence, _cure(findings), lines, act_of(findings))


def _cure(findings: Sequence[Finding]) -> Cure:
    """Of all of them; what no list has is blocked by one rule where one name stands above the others."""
    first = findings[0]
    if first.kind is not FindingKind.LEAK or first.cause is not Cause.NO_LIST:
        return cure(first)
    names = highest(finding.names[0] for finding in findings)
    if len(names) > 1 and first.company:
        return Cure(say("Block tracking by {company}.", company=first.company), f"{company_page(first.company)}#block")
    return cure(replace(first, names=tuple(names)))


def _leaks(findings: Sequence[Finding], names: Mapping[int, str]) -> str:
    companies, devices, times = _companies(findings), _devices(findings, names), sum(each.count for each in findings)
    if len(devices) > 1:
        sentence = say_count(
            len(devices),
            "Tracking by {companies} was answered for {count} device, {times:,} times.",
            "Tracking by {companies} was answered for {count} devices, {times:,} times.",
            companies=companies, times=times,
        )  # fmt: skip
    else:
        sentence = say_count(
            times,
            "Tracking by {company} was answered for {device} once.",
            "Tracking by {company} was answered for {device} {count:,} times.",
            company=companies, device=devices[0],
        )  # fmt: skip
    cause = CAUSES[findings[0].cause]
    return say("{sentence} {cause}", sentence=sentence, cause=cause) if cause else sentence


def _ways_around(findings: Sequence[Finding], names: Mapping[int, str]) -> str:
    companies, devices = _companies(findings), _devices(findings, names)
    if len(devices) == 1:
        return say("{device} reaches DNS elsewhere: {name}.", device=devices[0], name=companies)
    return say_count(
        len(devices),
        "{count} device reaches DNS elsewhere: {companies}.",
        "{count} devices reach DNS elsewhere: {companies}.",
        companies=companies,
    )


def _silent(findings: Sequence[Finding], names: Mapping[int, str]) -> str:
    return say_count(
        len(findings),
        "{count} device is up, and has stopped asking Telltale: {devices}.",
        "{count} devices are up, and have stopped asking Telltale: {devices}.",
        devices=listed(_devices(findings, names)),
    )


def _and_more(lines: Sequence[FindingLine]) -> str:
    return say_count(
        len(lines) - 1,
        "{sentence} And {count:,} more of this kind.",
        "{sentence} And {count:,} more of this kind.",
        sentence=lines[0].sentence,
    )


def _companies(findings: Sequence[Finding]) -> str:
    return listed(dict.fromkeys(map(to_whom, findings)))


def _devices(findings: Sequence[Finding], names: Mapping[int, str]) -> list[str]:
    """By name, else by number; the home where it is none."""
    numbers = dict.fromkeys(finding.device_id for finding in findings)
    return [names.get(number) or str(number) if number else say("the home") for number in numbers]


_SENTENCES: Mapping[FindingKind, Callable[[Sequence[Finding], Mapping[int, str]], str]] = {
    FindingKind.LEAK: _leaks,
    FindingKind.BYPASS: _ways_around,
    FindingKind.SILENT: _silent,
}

# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests as a terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.terminal import printing
from evidence.findings.finding_words import period
from evidence.idle_test import limit_words
from evidence.idle_test.compare import Comparison
from evidence.idle_test.idle_test import MINUTE_US, IdleTest
from evidence.idle_test.result import NameAsked, NameBeat, TestResult
from store.base.sentences import say, say_count

SECOND_US = 1_000_000
SHOWN = 200  # names of a table; --json has all


def tests(rows: Sequence[IdleTest], now_us: int) -> None:
    """A line each."""
    head = (say("ID"), say("DEVICE"), say("BEGUN"), say("MINUTES"), say("BLOCKING"), say("STATE"), say("TITLE"))
    printing.table(head, [
        (test.id, test.device, when(test.from_us), round((test.to_us - test.from_us) / MINUTE_US), test.blocking.value,
         _state(test, now_us), test.title)
        for test in rows
    ])  # fmt: skip


def result(test: IdleTest, of: TestResult, now_us: int) -> None:
    """Its counts, its names, its limits."""
    if test.running(now_us):
        printing.tell(say_count((test.to_us - now_us) // MINUTE_US + 1, "It runs for {count} minute more.",
                                "It runs for {count} minutes more."))  # fmt: skip
    printing.tell(say_count(
        len(of.names) + of.names_left_out, "{device} asked for {count:,} name.", "{device} asked for {count:,} names.",
        device=printing.harmless(of.device),
    ))  # fmt: skip
    printing.tell(say(
        "Look-ups: {lookups:,}, blocked of them: {blocked:,}, tracking that was answered: {leaked:,}.",
        lookups=of.counts.lookups, blocked=of.counts.lookups_blocked, leaked=of.leaked,
    ))  # fmt: skip
    if of.names:
        _names(of.names)
    if not test.running(now_us):
        for sentence in limit_words.of_result(of):
            printing.tell(say("! {sentence}", sentence=sentence))


def comparison(compared: Comparison) -> None:
    printing.tell(say(
        "Names that are new: {new:,}, gone: {gone:,}, changed: {changed:,}, asked for as before: {same:,}.",
        new=len(compared.new), gone=len(compared.gone), changed=len(compared.changed), same=compared.same,
    ))  # fmt: skip
    for title, names in ((say("New:"), compared.new), (say("Gone:"), compared.gone)):
        if names:
            printing.tell(title)
            _names(names)
    if compared.changed:
        head = (say("CHANGED"), say("BEAT BEFORE"), say("BEAT AFTER"), say("AN HOUR BEFORE"), say("AN HOUR AFTER"))
        printing.table(head, [
            (each.name, beat(each.before.beat), beat(each.after.beat), round(each.before_per_hour, 1),
             round(each.after_per_hour, 1))
            for each in compared.changed
        ])  # fmt: skip


def when(time_us: int) -> str | None:
    return printing.when(time_us // SECOND_US)


def beat(of: NameBeat | None) -> str | None:
    return None if of is None else say("every {period}", period=period(of.period_s))


def _names(names: Sequence[NameAsked]) -> None:
    head = (say("NAME"), say("COMPANY"), say("KIND"), say("PURPOSE"), say("LOOK-UPS"), say("BLOCKED"), say("ANSWERED"),
            say("BEAT"))  # fmt: skip
    printing.table(head, [
        (name.name, name.company, name.kind.word, name.purpose.value, name.counts.lookups, name.counts.lookups_blocked,
         name.counts.lookups_answered, beat(name.beat))
        for name in names[:SHOWN]
    ])  # fmt: skip
    if len(names) > SHOWN:
        printing.tell(say("And {count:,} more names.", count=len(names) - SHOWN))


def _state(test: IdleTest, now_us: int) -> str:
    if test.running(now_us):
        return say("runs")
    return say("stopped early") if test.stopped else say("over")

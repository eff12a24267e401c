# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings in plain words: what each kind is called, and a finding's sentence. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evidence.findings.finding import Cause, Finding, FindingKind, FindingState
from store.base.sentences import say, say_count

KINDS: Mapping[FindingKind, str] = {
    FindingKind.BEACON: say("asks at a beat"),
    FindingKind.NEW_NAME: say("new name"),
    FindingKind.NEW_COMPANY: say("new company"),
    FindingKind.LEAK: say("tracking that was answered"),
    FindingKind.BYPASS: say("way around DNS"),
    FindingKind.SILENT: say("silence"),
    FindingKind.IDLE_TALK: say("talks while idle"),
}
STATES: Mapping[FindingState, str] = {
    FindingState.NEW: say("new"),
    FindingState.SEEN: say("seen"),
    FindingState.MUTED: say("muted"),
    FindingState.DONE: say("done"),
}
CAUSES: Mapping[Cause, str] = {
    Cause.NONE: "",
    Cause.LIST_LATER: say("That was before the list that blocks it now was on, or had it."),
    Cause.LIST_OFF: say("A list that is installed has it, but is off for the device, or on at a lower level."),
    Cause.SCHEDULE: say("Its list is on inside a schedule alone, and it was outside."),
    Cause.PAUSE: say("Blocking was paused then."),
    Cause.EXCEPTION: say("It was let through for a while by hand."),
    Cause.RULE: say("A rule of your own allows it."),
    Cause.ALLOW_LIST: say("A list that allows names has it."),
    Cause.GROUP: say("The list that has it is on for the house, but not for the device, or not for its group."),
    Cause.BYPASS: say("The device went there without asking DNS, and the wall only watched."),
    Cause.NO_LIST: say("No list that is installed has it."),
    Cause.UNKNOWN: say("Why is not known: what held then is not in the history, or it should have been blocked."),
    Cause.IDLE: say("Nobody used the device then."),
    Cause.NIGHT: say("It was at night."),
}
MINUTE_S = 60
HOUR_S = 3600


def sentence(finding: Finding, device: str) -> str:
    """What was found, said of the device of this name; of the home, where the finding is the home's."""
    who = device if finding.device_id else say("the home")
    first = _SENTENCES[finding.kind](finding, who)
    cause = CAUSES[finding.cause]
    return say("{sentence} {cause}", sentence=first, cause=cause) if cause else first


def period(seconds: float) -> str:
    """A beat's length as people say it, to the full minute from two minutes on."""
    if seconds < 2 * MINUTE_S:
        return say_count(round(seconds), "{count} second", "{count} seconds")
    if seconds < 2 * HOUR_S:
        return say_count(round(seconds / MINUTE_S), "{count} minute", "{count} minutes")
    return say_count(round(seconds / HOUR_S), "{count} hour", "{count} hours")


def to_whom(finding: Finding) -> str:
    """The company, else the name that was asked for most."""
    return finding.company or (finding.names[0] if finding.names else finding.key)


def _beacon(finding: Finding, who: str) -> str:
    """Not that it "reports": a clock and an update come at a beat, too, and are no tracking."""
    name, beat = finding.names[0] if finding.names else finding.key, period(finding.period_s or 0)
    if not finding.company:
        return say("{device} asks for {name} at least every {period}.", device=who, name=name, period=beat)
    return say(
        "{device} asks {company} at least every {period}, for {name}.",
        device=who, company=finding.company, period=beat, name=name,
    )  # fmt: skip


def _new_name(finding: Finding, who: str) -> str:
    return say("{device} asked for {name} for the first time.", device=who, name=finding.key)


def _new_company(finding: Finding, who: str) -> str:
    name = finding.names[0] if finding.names else finding.key
    return say(
        "{device} asked for a name of {company} for the first time: {name}.",
        device=who, company=to_whom(finding), name=name,
    )  # fmt: skip


def _leak(finding: Finding, who: str) -> str:
    return say_count(
        finding.count,
        "Tracking by {company} was answered for {device} once.",
        "Tracking by {company} was answered for {device} {count:,} times.",
        company=to_whom(finding), device=who,
    )  # fmt: skip


def _bypass(finding: Finding, who: str) -> str:
    if finding.key.startswith("dns "):
        name = finding.names[0] if finding.names else to_whom(finding)
        return say_count(
            finding.count,
            "{device} asked once for {name}, a DNS service of {company}; what it asks there is unseen.",
            "{device} asked {count:,} times for {name}, a DNS service of {company}; what it asks there is unseen.",
            device=who, name=name, company=to_whom(finding),
        )  # fmt: skip
    return say("{device} reaches DNS elsewhere: {name}.", device=who, name=to_whom(finding))


def _silent(finding: Finding, who: str) -> str:
    return say("{device} is up, and has stopped asking Telltale.", device=who)


def _idle_talk(finding: Finding, who: str) -> str:
    return say_count(
        finding.count,
        "{device} asked for names of {company} once while nobody used it.",
        "{device} asked for names of {company} {count:,} times while nobody used it.",
        device=who, company=to_whom(finding),
    )  # fmt: skip


_SENTENCES: Mapping[FindingKind, Callable[[Finding, str], str]] = {
    FindingKind.BEACON: _beacon,
    FindingKind.NEW_NAME: _new_name,
    FindingKind.NEW_COMPANY: _new_company,
    FindingKind.LEAK: _leak,
    FindingKind.BYPASS: _bypass,
    FindingKind.SILENT: _silent,
    FindingKind.IDLE_TALK: _idle_talk,
}

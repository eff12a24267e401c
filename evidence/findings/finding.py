# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing that the record shows. Whoever finds it says what; sentences are made where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_NAMES = 50  # names that a finding tells, the most asked first; `count` is of all of them


class FindingKind(StrEnum):
    """As the API and the command line name them."""

    BEACON = "beacon"
    NEW_NAME = "new_name"
    NEW_COMPANY = "new_company"
    LEAK = "leak"
    BYPASS = "bypass"
    SILENT = "silent"
    IDLE_TALK = "idle_talk"


class FindingState(StrEnum):
    """`new`: nobody has looked. `seen`. `muted`: never to be told of again. `done`: seen to; it comes back as new."""

    NEW = "new"
    SEEN = "seen"
    MUTED = "muted"
    DONE = "done"


class Cause(StrEnum):
    """Why: of a leak, what let it through; of a new name, what makes it louder."""

    NONE = ""
    LIST_LATER = "list_later"  # before its list was on, or had the rule
    LIST_OFF = "list_off"  # a list that is installed has it, and is off for the device
    SCHEDULE = "schedule"  # its list is on inside a schedule alone
    PAUSE = "pause"
    EXCEPTION = "exception"
    RULE = "rule"
    ALLOW_LIST = "allow_list"
    GROUP = "group"  # the list is on for the house; a group of the device, or the device itself, does without
    BYPASS = "bypass"
    NO_LIST = "no_list"
    UNKNOWN = "unknown"  # what held then is not known
    IDLE = "idle"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Finding:
    """device_id 0: the home. `key`: what makes it the same finding again, among those of its kind and device.

    Times are µs since 1970, `last_us` the time of the last row; `count` look-ups, of leaks, bypass, silence and idle
    talk records of the log. `period_s` and `jitter` (a share of the period) are a beacon's. `confidence`: 0 to 1.

    Of a leak also how its rows were judged (`verdict`, "" for any; `imported`), the blocklist that has the names or let
    them through, with a pack's `level`, the `rule` that did (`rule_id` 0: it is no more), and the `scope` in which that
    is to be changed.
    """

    kind: FindingKind
    device_id: int
    company: str | None
    key: str
    names: tuple[str, ...]
    first_us: int
    last_us: int
    count: int
    period_s: float | None = None
    jitter: float | None = None
    confidence: float = 1.0
    cause: Cause = Cause.NONE
    verdict: str = ""
    blocklist: str = ""
    list_title: str = ""
    level: str = ""
    scope: str = ""
    rule: str = ""
    rule_id: int = 0
    imported: bool = False

# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the record of queries, and what it cannot tell. Pure."""

from __future__ import annotations

import time
from collections.abc import Iterator

from store.base import router_guides
from store.base.process_parts import State
from store.base.sentences import say, say_count
from store.health.health_facts import HealthFacts
from store.health.problem import HOME_HIDDEN, Problem

NEW_LOG_SECONDS = 86_400.0  # how long it is told that the log was begun anew


def look_at_recorder(facts: HealthFacts) -> Iterator[Problem]:
    """It does not report, or cannot write."""
    recorder = facts.live.recorder
    if facts.is_silent("recorder") and not facts.supervisor.read_only:  # which says it already
        sentence = say("Queries are not being recorded just now, so the pages stand still.")
        cure = say("Its last lines in the log may say why; if it does not come back within a minute, restart Telltale.")
        yield Problem("recorder_silent", State.DEGRADED, sentence, cure, "recorder")
    if recorder and recorder.error:
        sentence = say("The recorder cannot write: {error}.", error=recorder.error.rstrip("."))
        cure = say("Look at the disk: it may be full, or failing. What waits is written as soon as it can be.")
        yield Problem("recorder_error", State.DEGRADED, sentence, cure, "recorder")


def look_at_new_log(facts: HealthFacts) -> Iterator[Problem]:
    """The log was begun anew within a day, and why."""
    recorder = facts.live.recorder
    if not (recorder and recorder.begun_at and recorder.time - recorder.begun_at < NEW_LOG_SECONDS):
        return
    when = time.strftime("%H:%M", time.localtime(recorder.begun_at))
    if recorder.begun_why == "damaged":
        sentence = say("The query log was damaged and was begun anew at {when}; the damaged file is kept.", when=when)
    else:
        sentence = say(
            "The query log was deleted, emptied or replaced at {when}; another has gone on since.", when=when
        )
    cure = say("To empty the log, stop Telltale first; to keep less, shorten log_keep_days on the page Settings.")
    yield Problem("new_log", State.OK, sentence, cure, "recorder")


def look_at_dropped(facts: HealthFacts) -> Iterator[Problem]:
    """Queries that were answered and not recorded."""
    if count := facts.dropped:
        sentence = say_count(
            count,
            "{count:,} query was answered but not recorded, since the log could not keep up.",
            "{count:,} queries were answered but not recorded, since the log could not keep up.",
        )
        cure = say("It happens while the recorder is restarted or the disk is slow; if it grows, look at the disk.")
        yield Problem("dropped", State.OK, sentence, cure)


def look_at_hidden_home(facts: HealthFacts) -> Iterator[Problem]:
    """All that the record shows is the router, which asks for everybody."""
    home = facts.live.insight.hidden_home if facts.live.insight else None
    if home and home.cause:
        sentence, cure = router_guides.sentence(home), router_guides.steps(home)
        yield Problem(HOME_HIDDEN, State.OK, sentence, cure, "recorder")

# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions of the web UI: begun, waited for, found again; what is wrong with one is a problem in plain words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from evidence.whatif.effect import Effect
from evidence.whatif.update_values import UpdateEffects
from evidence.whatif.whatif_change import BadChange, Change, SourceChange, read_changes
from evidence.whatif.whatif_jobs import Answer, Busy, Failed, WhatIfJob
from evidence.whatif.worth_values import Worth
from store.base.sentences import say, sentence_of
from store.config.list_input import check_remote
from webui.http.problems import Problem
from webui.http.state import WebUi
from webui.views.timerange import moment

WAIT_SECONDS = 900.0  # past it a client should ask in the background
LOOK_SECONDS = 0.5


def remote(values: object) -> tuple[Change, ...]:
    """Changes that came over the network: no list of theirs is a file of this machine."""
    try:
        changes = read_changes(values)
    except BadChange as error:
        raise Problem(422, sentence_of(error)) from None
    return checked(changes)


def checked(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The same of changes that were read already. Raises EditError."""
    for change in changes:
        if isinstance(change, SourceChange) and ("://" in change.source or change.source.strip().startswith("/")):
            check_remote(change.source)
    return tuple(changes)


def begin(ui: WebUi, changes: Sequence[Change], from_: str, to: str) -> WhatIfJob[Effect]:
    """Begin to answer. Raises Problem."""
    now_us = time.time_ns() // 1000
    from_us, to_us = moment(from_, "from", now_us), moment(to, "to", now_us)
    if from_us >= to_us:
        raise Problem(422, say("from must be earlier than to."))
    try:
        return ui.questions.start(ui.state, ui.environ, changes, from_us, to_us, scratch=None)
    except Busy as error:
        raise Problem(503, sentence_of(error), {"Retry-After": "5"}) from None


def begin_worth(ui: WebUi, from_us: int, to_us: int) -> WhatIfJob[Worth]:
    """Begin to find out what each list is worth. Raises Problem."""
    try:
        return ui.questions.start_worth(ui.state, ui.environ, from_us, to_us)
    except Busy as error:
        raise Problem(503, sentence_of(error), {"Retry-After": "5"}) from None


def begin_updates(ui: WebUi, from_us: int, to_us: int) -> WhatIfJob[UpdateEffects]:
    """Begin to find out what updates of lists changed for the home. Raises Problem."""
    try:
        return ui.questions.start_updates(ui.state, ui.environ, from_us, to_us)
    except Busy as error:
        raise Problem(503, sentence_of(error), {"Retry-After": "5"}) from None


def effect_of(job: WhatIfJob[Answer], seconds: float) -> Answer | None:
    """The effect, None while it is not known. Raises Problem."""
    try:
        return job.wait(seconds)
    except Failed as error:
        raise Problem(422, sentence_of(error)) from None


def waited(ui: WebUi, job: WhatIfJob[Answer]) -> Answer:
    """The effect, as long as that may take. Raises Problem."""
    until = time.monotonic() + WAIT_SECONDS
    try:
        while time.monotonic() < until and not ui.stopping:
            effect = effect_of(job, LOOK_SECONDS)
            if effect is not None:
                return effect
    finally:
        ui.questions.end(job.id)
    raise Problem(503, say("It takes longer than a call may; ask in the background, or about fewer days."))


def job_of(ui: WebUi, number: str) -> WhatIfJob[Any]:
    """A question that was asked before. Raises Problem."""
    job = ui.questions.find(number)
    if job is None:
        raise Problem(404, say("There is no such question any more; ask it again."))
    return job

# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of the first run in their order: where each is, what it is called, whether it is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store.base.sentences import Sentence, say
from webui.frame import first_run_marks

TITLES: dict[str, Sentence] = {
    "password": say("Password"),
    "block": say("How much to block"),
    "makers": say("Your devices' makers"),
    "router": say("Your router"),
    "check": say("Is it working?"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`number`: counted from 1."""

    key: str
    number: int
    title: Sentence
    href: str
    done: bool


def steps(state: Path) -> list[Step]:
    """All five; the password is set by whoever sees them."""
    done = first_run_marks.done(state) | {"password"}
    return [
        Step(key, number, title, "" if key == "password" else href(key), key in done)
        for number, (key, title) in enumerate(TITLES.items(), 1)
    ]


def href(key: str) -> str:
    return f"/setup/{key}"


def next_step(state: Path) -> str:
    """Where to go on: the first step that is not done; the checklist when all are."""
    done = first_run_marks.done(state)
    return href(next((key for key in first_run_marks.STEPS if key not in done), first_run_marks.STEPS[-1]))


def after(key: str) -> str:
    """The step that follows one."""
    following = first_run_marks.STEPS[first_run_marks.STEPS.index(key) + 1 :]
    return href(following[0]) if following else "/"

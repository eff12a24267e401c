# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the first run has come: a small file beside config.db, a word a line. Without it there is none to finish.

It is no decision of the home, so it is in no backup; who loses it loses an entry of the navigation.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path

FILE = "first-run"
# The steps after the password, in their order.
STEPS = ("block", "makers", "router", "check")
OVER = "over"
_MAX_BYTES = 1000


def begin(state: Path) -> None:
    """The password is set here and now: what follows is still to be done."""
    _write(state, ())


def done(state: Path) -> frozenset[str]:
    """The steps that somebody went through, or said no to."""
    try:
        with (state / FILE).open(encoding="ascii", errors="replace") as file:
            return frozenset(file.read(_MAX_BYTES).split()) & {*STEPS, OVER}
    except OSError:
        return frozenset()


def is_open(state: Path) -> bool:
    """Whether there is a first run that is not over."""
    return (state / FILE).is_file() and OVER not in done(state)


def note(state: Path, step: str) -> None:
    """One step is done, or with OVER all of it; where nothing can be written it is asked for again, no more."""
    if (state / FILE).is_file():
        _write(state, {*done(state), step})


def _write(state: Path, words: Collection[str]) -> None:
    draft = state / f"{FILE}.new"
    with contextlib.suppress(OSError):
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{word}\n" for word in sorted(words))
        draft.replace(state / FILE)

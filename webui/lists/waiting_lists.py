# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that somebody looks at before they are installed: their texts in STATE/uploads, each with what was typed.

Those that nobody took are gone after an hour. One that was uploaded and taken stays there under its title, since it
has no other place that it could be fetched from again.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from store.base.sentences import say
from store.config.session import EditError

FOLDER = "uploads"
MAX_WAITING = 5  # at once, each as large as a list may be
KEPT_SECONDS = 3600
SHAPE = r"^[0-9a-f]{32}$"
_TAKEN_SECONDS = 30 * 86_400  # a list that was removed can be put back by Undo for as long


@dataclass(frozen=True, slots=True)
class WaitingList:
    """`source`: its address, "" for what was uploaded or pasted; `job`: the look at it; `name`: of the file."""

    token: str
    source: str
    name: str
    title: str
    format: str
    allow: bool
    job: str = ""

    def shown(self) -> str:
        """What people call it before it has a title."""
        return self.title or self.name or self.source or say("the pasted list")


def begin(state: Path, waiting: WaitingList, used: Collection[str]) -> Path:
    """Make room, and give the path for its text. `used`: sources of installed lists. Raises EditError, OSError."""
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    clean(state, used)
    if len(list(folder.glob("waiting-*.json"))) >= MAX_WAITING:
        raise EditError(say("{most} lists are being looked at already; add or cancel one of them.", most=MAX_WAITING))
    keep(state, waiting)
    return path_of(state, waiting.token)


def new_token() -> str:
    return secrets.token_hex(16)


def path_of(state: Path, token: str) -> Path:
    return state / FOLDER / f"waiting-{token}.txt"


def keep(state: Path, waiting: WaitingList) -> None:
    """Write down what is known of it."""
    (state / FOLDER / f"waiting-{waiting.token}.json").write_text(json.dumps(asdict(waiting)), encoding="utf-8")


def find(state: Path, token: str) -> WaitingList | None:
    """One that still waits."""
    if not re.fullmatch(SHAPE, token):
        return None
    try:
        return WaitingList(**json.loads((state / FOLDER / f"waiting-{token}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def take(state: Path, waiting: WaitingList) -> Path:
    """Keep an uploaded text for good; returns where."""
    slug = re.sub(r"[^a-z0-9]+", "-", waiting.shown().lower()).strip("-")[:40] or "list"
    path = state / FOLDER / f"{slug}-{waiting.token[:8]}.txt"
    path_of(state, waiting.token).rename(path)
    return path


def drop(state: Path, token: str) -> None:
    """Forget one that waited."""
    for ending in ("json", "txt"):
        (state / FOLDER / f"waiting-{token}.{ending}").unlink(missing_ok=True)


def clean(state: Path, used: Collection[str]) -> None:
    """Remove what nobody took, and what was taken and removed again long ago."""
    now = time.time()
    for path in (state / FOLDER).glob("*"):
        age = now - path.stat().st_mtime
        waiting = path.name.startswith("waiting-")
        if (waiting and age > KEPT_SECONDS) or (not waiting and age > _TAKEN_SECONDS and str(path) not in used):
            path.unlink(missing_ok=True)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What "What is kept" shows beside its settings: what holds in plain words, whose names are kept, and what would go."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.base import db
from store.base.sentences import Sentence, say, say_count
from store.config.choices import LogPrivacy
from store.config.engine import Engine
from store.config.settings import Settings
from webui.http.state import WebUi
from webui.views import rules_view


@dataclass(frozen=True, slots=True)
class Level:
    """A level of privacy: what is written down, what that leaves out, and what is lost by it."""

    key: str
    title: str
    kept: str
    lost: str


LEVELS = (
    Level(LogPrivacy.FULL, say("Everything"),
          say("When, which device by which address, which name, what became of it and why, how long it took."),
          say("Nothing is lost: every page works.")),
    Level(LogPrivacy.NAMES, say("Names, not who"),
          say("When, which name, what became of it and why, how long it took. No device and no address."),
          say("Lost: devices’ pages, who talks to which company, findings, idle tests and reports of a device; and why "
              "something is blocked on one device cannot be looked up afterwards.")),
    Level(LogPrivacy.NOTHING, say("Nothing"),
          say("No query at all. The numbers for programs (metrics) count on in memory, until a restart."),
          say("Lost: the query log, Home’s numbers, companies, evidence, and what-if. Blocking goes on as before.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Whose names are not kept: a device or a group, as people call it."""

    scope: str
    name: str


def values(ui: WebUi, engine: Engine) -> dict[str, Any]:
    settings = ui.settings()
    names = _names(ui)
    left = [(scope, name) for scope, name in names.items() if scope not in ("house", *settings.log_unnamed)]
    return {
        "lead": lead(settings), "levels": LEVELS, "level": settings.log_privacy,
        "unnamed": [Unnamed(scope, names.get(scope, scope)) for scope in settings.log_unnamed],
        "scopes": left, "devices": [(scope, name) for scope, name in names.items() if scope.startswith("device:")],
        "clear_asked": None,
    }  # fmt: skip


def _names(ui: WebUi) -> Mapping[str, str]:
    """What scopes are called; nothing while config.db cannot be read."""
    try:
        with contextlib.closing(db.connect(ui.state / "config.db", read_only=True)) as con:
            return rules_view.scope_names(con)
    except sqlite3.Error:
        return {}


def lead(settings: Settings) -> Sentence:
    """What is kept now, in a sentence."""
    days = settings.log_keep_days
    if settings.log_privacy is LogPrivacy.NOTHING:
        return say("No query is written down.")
    if settings.log_privacy is LogPrivacy.NAMES:
        return say_count(days, "Names that were asked for are kept for {count:,} day, without who asked.",
                         "Names that were asked for are kept for {count:,} days, without who asked.")
    if settings.log_unnamed:
        return say_count(days, "Who asked for which name is kept for {count:,} day, but for some devices.",
                         "Who asked for which name is kept for {count:,} days, but for some devices.")
    return say_count(days, "Who asked for which name is kept for {count:,} day.",
                     "Who asked for which name is kept for {count:,} days.")

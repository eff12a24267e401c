# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings for whoever must go on: a slip in a variable or in telltale.toml ends nothing that worked before.

    what is wrong  ─►  the value of the last good start (STATE/settings.good), else the stored one, else the default

Which value that was is said: in the output of the start, by health and the doctor, on the pages.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from store.base import file_faults
from store.base.db import connect
from store.base.sentences import Sentence, say, sentence_of, together
from store.config import settings
from store.config.settings import SETTINGS, SettingError, Settings

FILE_NAME = "settings.good"
MAX_FILE = 256 * 1024


@dataclass(frozen=True, slots=True)
class UsableSettings:
    """Settings that hold, and a sentence for each place that is wrong."""

    settings: Settings
    faults: tuple[Sentence, ...] = ()


def load(state: Path, environ: Mapping[str, str]) -> Settings:
    """The settings as they hold, whatever was mistyped."""
    return look(state, environ).settings


def look(state: Path, environ: Mapping[str, str]) -> UsableSettings:
    """The same, with what is wrong."""
    good, faults = _Good(state), list[Sentence]()
    values = {**settings.from_table(state), **_from_file(state, good, faults)}
    for key, text in settings.in_environment(environ).items():
        try:
            values[key] = settings.of_environment(key, text)
        except SettingError as error:
            values.update(good.instead(key, values, error, faults))
    return UsableSettings(settings.build(values), tuple(faults))


def load_stored(state: Path, environ: Mapping[str, str]) -> Settings | None:
    """The same for whoever has them from before; None while config.db cannot be read, which says nothing of what it
    holds. Waits for no lock."""
    try:
        with contextlib.closing(connect(state / "config.db", read_only=True)) as con:
            con.execute("PRAGMA busy_timeout = 0")
            con.execute("SELECT key FROM setting LIMIT 1").fetchone()
    except (OSError, sqlite3.Error):
        return None
    return load(state, environ)


def had_good_start(state: Path) -> bool:
    """Whether something is remembered of a start before."""
    return os.path.lexists(state / FILE_NAME)


def remember(state: Path, environ: Mapping[str, str]) -> None:
    """Keep what variables and telltale.toml say now, as far as it is right; where nothing can be written, nothing."""
    good, faults = _Good(state), list[Sentence]()
    values = dict(_from_file(state, good, faults))
    for key, text in settings.in_environment(environ).items():
        try:
            values[key] = settings.of_environment(key, text)
        except SettingError:
            if key in good.values:
                values[key] = good.values[key]
    if values == good.values and had_good_start(state):
        return
    draft = state / f".{FILE_NAME}.new"
    with suppress(OSError):
        draft.write_text(json.dumps(values))
        draft.chmod(0o600)
        draft.replace(state / FILE_NAME)


class _Good:
    """The values of the last good start; read when they are needed, which is hardly ever."""

    def __init__(self, state: Path) -> None:
        self._state = state

    @cached_property
    def values(self) -> dict[str, Any]:
        values = dict[str, Any]()
        with suppress(OSError, ValueError, RecursionError):
            stored = json.loads(file_faults.read(self._state / FILE_NAME, MAX_FILE))
            for key, value in stored.items() if isinstance(stored, dict) else ():
                with suppress(SettingError):
                    values[key] = settings.validate(key, value)
        return values

    def instead(
        self, key: str, values: Mapping[str, Any], error: SettingError, faults: list[Sentence]
    ) -> dict[str, Any]:
        """What holds in the place of a wrong value, which is said; {} where what holds without it does."""
        if key not in SETTINGS:
            faults.append(together(sentence_of(error), say("It is passed over.")))
            return {}
        value = self.values.get(key, values.get(key, SETTINGS[key].default))
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        until = say("Until it is corrected, {key} is {value}.", key=key, value=text)
        faults.append(together(sentence_of(error), until))
        return {key: value}


def _from_file(state: Path, good: _Good, faults: list[Sentence]) -> dict[str, Any]:
    try:
        written = settings.in_file(state)
    except SettingError as error:
        faults.append(together(sentence_of(error), say("Until then its last good values hold.")))
        return dict(good.values)
    values: dict[str, Any] = {}
    for key, value in written.items():
        try:
            values[key] = settings.of_file(state, key, value)
        except SettingError as error:
            values.update(good.instead(key, values, error, faults))
    return values

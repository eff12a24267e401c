# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings as they hold: which of four places wins, and what a value may be.

    environment  >  STATE/telltale.toml  >  table `setting` (the settings page)  >  the default (`known_settings`)

Every setting `x_y` has the variable TELLTALE_X_Y; several values are separated by commas.
"""

import contextlib
import json
import logging
import os
import re
import sqlite3
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from store.base import file_faults
from store.base.db import connect
from store.base.file_faults import Choice
from store.base.private_files import state_dir
from store.base.sentences import say, sentence_of
from store.base.store_errors import StoreError
from store.config.endpoints import parse_endpoint
from store.config.known_settings import SETTINGS, Settings, build, value_of

__all__ = [
    "SETTINGS", "SettingError", "Settings", "build", "from_table", "from_text", "in_environment", "in_file",
    "language_of", "load", "locked", "of_environment", "of_file", "parse_endpoint", "state_dir", "validate",
    "value_of", "variable",
]  # fmt: skip

MAX_FILE = 1024 * 1024  # of telltale.toml: a page of settings written by hand

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_log = logging.getLogger(__name__)


class SettingError(ValueError):
    """A setting that cannot be; the text is a sentence that says what can."""


def language_of(state: Path) -> str:
    """The setting `language` where a file or the table has it, "" where neither does or both cannot be read.

    For the command line, before it knows what it is to do: it looks at this one setting, and complains of nothing.
    """
    with contextlib.suppress(OSError, SettingError, StoreError, sqlite3.Error, ValueError):
        if "language" in (written := in_file(state)):
            return str(validate("language", written["language"]))
        with contextlib.closing(connect(state / "config.db", read_only=True)) as con:
            row = con.execute("SELECT value FROM setting WHERE key = 'language'").fetchone()
        return str(validate("language", json.loads(row[0]))) if row else ""
    return ""


def validate(key: str, value: object) -> Any:
    """The value as `Settings` holds it; raises SettingError. Several values may be a list or text with commas."""
    if key not in SETTINGS:
        raise SettingError(say("There is no setting '{key}'; known are {known}.", key=key, known=", ".join(SETTINGS)))
    try:
        return SETTINGS[key].take(value)
    except ValueError as error:
        raise SettingError(say("{key}: {error}", key=key, error=sentence_of(error))) from None


def from_text(key: str, text: str) -> Any:
    """`validate` for text from the environment or a form, where numbers are text too."""
    is_number = key in SETTINGS and isinstance(SETTINGS[key].default, int | float)
    return validate(key, _number(text) if is_number else text)


def load(state: Path, environ: Mapping[str, str]) -> Settings:
    """The settings as they hold now. Raises SettingError for the environment and telltale.toml.

    A config.db that cannot be read, or holds a value of another version, is passed over with a warning: DNS goes on.
    """
    written = {key: of_file(state, key, value) for key, value in in_file(state).items()}
    variables = {key: of_environment(key, text) for key, text in in_environment(environ).items()}
    return build({**from_table(state), **written, **variables})


def locked(state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings that the settings page cannot change → `environment` or `telltale.toml`; wrong values count too."""
    written: dict[str, Any] = {}
    with contextlib.suppress(SettingError):
        written = in_file(state)
    in_place = dict.fromkeys((key for key in written if key in SETTINGS), "telltale.toml")
    return in_place | dict.fromkeys(in_environment(environ), "environment")


def _number(text: str) -> int | float | str:
    """As people write numbers, which is narrower than Python's own forms; any other text as it is."""
    if _NUMBER.fullmatch(text.strip()):
        for made in (int, float):
            with contextlib.suppress(ValueError):  # int refuses a point, and thousands of digits
                return made(text)
    return text


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return f"TELLTALE_{key.upper()}"


def in_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The texts of the variables that are set, by their settings; not yet looked at."""
    texts = {key: environ.get(variable(key), "").strip() for key in SETTINGS}
    return {key: text for key, text in texts.items() if text}


def in_file(state: Path) -> dict[str, Any]:
    """What stands in telltale.toml; not yet looked at. Raises SettingError when it does not read."""
    path = state / "telltale.toml"
    try:
        return tomllib.loads(file_faults.read(path, MAX_FILE).decode("utf-8"))
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise SettingError(say(
            "{path} cannot be read ({error}); give it to the user that runs Telltale.", path=path, error=error.strerror
        )) from None
    except (OSError, ValueError) as error:
        why = say("{path} does not read as TOML ({error}); correct it or remove it.", path=path, error=error)
        raise SettingError(why) from None


def of_environment(key: str, text: str) -> Any:
    """A value from a variable. Raises SettingError, which names it."""
    try:
        return from_text(key, text)
    except SettingError as error:
        values = {"variable": variable(key), "why": sentence_of(error)}
        raise SettingError(say("The variable {variable} is wrong. {why}", **values)) from None


def of_file(state: Path, key: str, value: object) -> Any:
    """A value from telltale.toml. Raises SettingError, which names the file."""
    try:
        return validate(key, value)
    except SettingError as error:
        values = {"path": state / "telltale.toml", "why": sentence_of(error)}
        raise SettingError(say("{path} is wrong. {why}", **values)) from None


def from_table(state: Path) -> dict[str, Any]:
    """What the settings page stored, else its last good copy; a value of another version is passed over."""
    if not os.path.lexists(state / "config.db"):
        return {}
    choices = [Choice(name, partial(_rows, state / name)) for name in ("config.db", "config.db.bak")]
    rows = file_faults.first_usable(choices, Choice(say("the defaults"), list[tuple[str, str]])).value
    values = {}
    for key, value in rows:
        try:
            values[key] = validate(key, json.loads(value))
        except ValueError as error:
            _log.warning("A stored setting is passed over: %s", error)
    return values


def _rows(path: Path) -> list[tuple[str, str]]:
    with contextlib.closing(connect(path, read_only=True)) as con:
        return con.execute("SELECT key, value FROM setting").fetchall()

# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings as they hold: which of four places wins, and what a value may be.

    environment  >  STATE/telltale.toml  >  table `setting` (the settings page)  >  the default (`known_settings`)

Every setting `x_y` has the variable TELLTALE_X_Y; several values are separated by commas.
"""

import contextlib
import json
import logging
import os
import sqlite3
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.base.db import connect
from store.base.sentences import say, sentence_of
from store.config.endpoints import parse_endpoint
from store.config.known_settings import SETTINGS, Settings, build, value_of

__all__ = [
    "SETTINGS", "SettingError", "Settings", "build", "from_text", "load", "locked", "parse_endpoint", "state_dir",
    "validate", "value_of", "variable",
]  # fmt: skip

_log = logging.getLogger(__name__)


class SettingError(ValueError):
    """A setting that cannot be; the text is a sentence that says what can."""


def state_dir(option: str | None, environ: Mapping[str, str]) -> Path:
    """Where the state lies: the option, TELLTALE_STATE, /var/lib/telltale for root, else the XDG state folder."""
    if chosen := option or environ.get("TELLTALE_STATE"):
        return Path(chosen).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/telltale")
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "telltale"


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
    if key in SETTINGS and isinstance(SETTINGS[key].default, int | float):
        with contextlib.suppress(ValueError):
            return validate(key, int(text))
        with contextlib.suppress(ValueError, OverflowError):
            return validate(key, float(text))
    return validate(key, text)


def load(state: Path, environ: Mapping[str, str]) -> Settings:
    """The settings as they hold now. Raises SettingError for the environment and telltale.toml.

    A config.db that cannot be read, or holds a value of another version, is passed over with a warning: DNS goes on.
    """
    return build({**_from_table(state), **_from_file(state), **_from_environment(environ)})


def locked(state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings that the settings page cannot change → `environment` or `telltale.toml`."""
    return dict.fromkeys(_from_file(state), "telltale.toml") | dict.fromkeys(_from_environment(environ), "environment")


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return f"TELLTALE_{key.upper()}"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for key in SETTINGS:
        if text := environ.get(variable(key), "").strip():
            try:
                found[key] = from_text(key, text)
            except SettingError as error:
                values = {"variable": variable(key), "why": sentence_of(error)}
                raise SettingError(say("The variable {variable} is wrong. {why}", **values)) from None
    return found


def _from_file(state: Path) -> dict[str, Any]:
    path = state / "telltale.toml"
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        why = say("{path} does not read as TOML ({error}); correct it or remove it.", path=path, error=error)
        raise SettingError(why) from None
    found = {}
    for key, value in values.items():
        try:
            found[key] = validate(key, value)
        except SettingError as error:
            raise SettingError(say("{path} is wrong. {why}", path=path, why=sentence_of(error))) from None
    return found


def _from_table(state: Path) -> dict[str, Any]:
    path = state / "config.db"
    if not path.exists():
        return {}
    try:
        with contextlib.closing(connect(path, read_only=True)) as con:
            rows = con.execute("SELECT key, value FROM setting").fetchall()
    except sqlite3.Error as error:
        _log.warning("The settings in %s cannot be read (%s); the defaults hold.", path, error)
        return {}
    found = {}
    for key, value in rows:
        try:
            found[key] = validate(key, json.loads(value))
        except ValueError as error:
            _log.warning("A stored setting is passed over: %s", error)
    return found

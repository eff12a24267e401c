# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device a command is about: its number, or its name as `telltale devices` shows it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from appliance.errors import Complaint
from store.base import db
from store.base.sentences import say
from store.config import devices


def device_names(directory: Path) -> dict[int, str]:
    """The names of devices by their ids; none where there is no config.db, as beside an imported log."""
    try:
        with closing(db.connect(directory / "config.db", read_only=True)) as con:
            return dict(devices.names(con))
    except sqlite3.Error:
        return {}


def named(directory: Path, text: str) -> int:
    """The number of the device called `text`, in any case of letters. Raises Complaint where none or several are."""
    names = device_names(directory)
    numbers = [number for number, name in names.items() if name.casefold() == text.strip().casefold()]
    if len(numbers) != 1:
        raise Complaint(say(
            "There is no device '{device}', or several; `telltale devices` shows all with their numbers.", device=text
        ))  # fmt: skip
    return numbers[0]


def number_of(directory: Path, text: str | None) -> int | None:
    """A device by number, of which there may be no more than records, else by name. None stays None."""
    if text is None or text.strip().isdecimal():
        return None if text is None else int(text)
    return named(directory, text)

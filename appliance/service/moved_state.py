# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that the service begins with: its own from before, or what somebody tried out in their home folder."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from appliance.errors import Complaint
from appliance.start import state_directory
from store.base import db
from store.base.sentences import say

_TRIED = ".local/state/telltale"  # where `make run` keeps it for whoever is not root


def tried_out(environ: Mapping[str, str], state: Path) -> Path | None:
    """What was set up by the person who calls (with sudo); None: nothing, or the service has a state already."""
    if state_directory.is_used(state):
        return None
    try:
        home = Path(pwd.getpwnam(environ["SUDO_USER"]).pw_dir)
    except KeyError:
        return None
    folder = home / _TRIED
    return folder if (folder / "config.db").is_file() else None


def refuse_running(folder: Path) -> None:
    """Raise Complaint while an appliance works on it: half a copy is none."""
    if state_directory.is_claimed(folder):
        raise Complaint(say(
            "Telltale still runs on {folder}: end it first (Ctrl-C where it was started), and what was set up there "
            "comes along; or begin anew with --fresh.",
            folder=folder,
        ))


def copy(folder: Path, state: Path) -> None:
    """All of it, but for what lives for a moment."""
    shutil.copytree(
        folder, state, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns("run", "uploads", "*.tmp")
    )


def give_to(state: Path, uid: int, gid: int) -> None:
    """Everything in it is one user's alone."""
    for path in (state, *state.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)


def wants(state: Path) -> tuple[bool, bool]:
    """Whether the wall and DHCP are on there, so that the service must have their powers."""
    if not (state / "config.db").is_file():
        return False, False
    try:
        with closing(db.connect(state / "config.db", read_only=True)) as con:
            rows = dict(con.execute("SELECT key, value FROM setting WHERE key IN ('wall', 'dhcp')").fetchall())
    except sqlite3.Error:
        return False, False
    return any(word in str(rows.get("wall", "")) for word in ("watch", "enforce")), "on" in str(rows.get("dhcp", ""))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is to be a keeper of DHCP: while it is on, and while somebody asks whether another server answers."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

FOLDER = "asked"  # in the run directory: the kernel tells who watches it of a question, and of no status
QUESTION = f"{FOLDER}/dhcp"  # see asking


def wanted(dhcp: str, run: Path) -> bool:
    """`dhcp`: the setting. One look at the disk; a folder that cannot be looked into ends nobody."""
    return dhcp == "on" or os.path.lexists(run / QUESTION)


def question_folder(run: Path) -> Path:
    """Where questions come in; made for us alone, if that can be."""
    folder = run / FOLDER
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder

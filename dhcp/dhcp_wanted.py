# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is to be a keeper of DHCP: while it is on, and while somebody asks whether another server answers."""

from __future__ import annotations

import os
from pathlib import Path

QUESTION = "dhcp.ask"  # in the run directory, see asking


def wanted(dhcp: str, run: Path) -> bool:
    """`dhcp`: the setting. One look at the disk, cheap enough for twice a second; a folder that cannot be looked into
    ends nobody."""
    return dhcp == "on" or os.path.lexists(run / QUESTION)

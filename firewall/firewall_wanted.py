# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is to be a firewall process: while the wall is on, until its table is taken away, and on a gateway."""

from __future__ import annotations

import os
from pathlib import Path

from store.config.choices import WallMode

GATEWAY_FILE = "gateway.json"  # in the state directory, while this machine was made the home's gateway


def wanted(wall: str, state: Path, run: Path) -> bool:
    """`wall`: the setting. Two looks at the disk, cheap enough for twice a second; a folder that cannot be looked into
    ends nobody."""
    return wall != WallMode.OFF or any(map(os.path.lexists, (marker(run), state / GATEWAY_FILE)))


def marker(run: Path) -> Path:
    """Stands while our table was put up from here: another Telltale's on the same machine is never taken down."""
    return run / "wall"

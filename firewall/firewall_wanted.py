# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is to be a firewall process: while the wall is on, until its table is taken away, and on a gateway."""

from __future__ import annotations

import os
from pathlib import Path

from firewall import gateway
from firewall.reconcile import marker
from store.config.choices import WallMode


def wanted(wall: str, state: Path, run: Path) -> bool:
    """`wall`: the setting. Two looks at the disk, cheap enough for twice a second; a folder that cannot be looked into
    ends nobody."""
    return wall != WallMode.OFF or any(map(os.path.lexists, (marker(run), state / gateway.FILE_NAME)))

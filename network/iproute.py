# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells of this machine's network, through `ip -j` (iproute2)."""

from __future__ import annotations

import json
import subprocess
from typing import Any

SECONDS = 5.0  # it answers within some milliseconds; a machine that swaps may take longer


def rows(*words: str) -> list[dict[str, Any]]:
    """The rows that `ip -j` with these words prints; none where it is missing, is late, or prints something else."""
    try:
        done = subprocess.run(["ip", "-j", *words], capture_output=True, timeout=SECONDS, check=True)
        printed = json.loads(done.stdout or b"[]")
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return [row for row in printed if isinstance(row, dict)] if isinstance(printed, list) else []

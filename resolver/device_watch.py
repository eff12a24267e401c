# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of devices follow the network: whoever comes, moves or is called otherwise is found in DNS within seconds.

Who watches the network edits config.db without a new policy version, since no verdict changes. So a commit alone makes
the names be read again, in a thread, and put into the snapshot that answers; its memos hold none of them.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

from resolver.answer.snapshot import Snapshot, load_device_names

REST_SECONDS = 2.0  # between two readings
SHARE = 30.0  # times as long as a reading took, so that a home of thousands costs no more than a few percent


class DeviceWatch:
    """Reads the names of one state directory."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._changed, self._not_before = False, 0.0

    async def look(self, changed: bool, snapshot: Snapshot) -> None:
        """Put the names into `snapshot` as they are now, where config.db has `changed` and the last time is past."""
        self._changed = self._changed or changed
        begun = monotonic()
        if not self._changed or begun < self._not_before:
            return
        self._changed = False
        names = await asyncio.to_thread(load_device_names, self._state, snapshot.home, snapshot)
        now = monotonic()
        self._not_before = now + max(REST_SECONDS, SHARE * (now - begun))
        if names != snapshot.home.devices:
            snapshot.home.devices = names

# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of devices follow the network: whoever comes, moves or is called otherwise is found in DNS within seconds. So
does what clients are told of encrypted DNS, when a certificate or a port of it comes or goes.

Who watches the network edits config.db without a new policy version, since no verdict changes. So a commit alone makes
the names be read again, in a thread, and put into the snapshot that answers; its memos hold none of them.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from resolver.answer.snapshot import Snapshot, load_device_names
from resolver.beside_queries import beside
from store.base import status
from store.certificates.designated_resolver import NOBODY, Designated, designated

REST_SECONDS = 2.0  # between two readings
SERVED_SECONDS = 10.0  # between two looks at what is served encrypted
SHARE = 30.0  # times as long as a reading took, so that a home of thousands costs no more than a few percent


class DeviceWatch:
    """Reads the names of one state directory."""

    def __init__(self, state: Path, run: Path) -> None:
        self._state, self._run = state, run
        self._changed, self._not_before, self._served_after = False, 0.0, 0.0

    async def look(self, changed: bool, snapshot: Snapshot) -> None:
        """Put the names into `snapshot` as they are now, where config.db has `changed` and the last time is past."""
        self._changed = self._changed or changed
        begun = monotonic()
        if begun >= self._served_after:
            self._served_after = begun + SERVED_SECONDS
            snapshot.home.designated = _designated(self._run)
        if not self._changed or begun < self._not_before:
            return
        self._changed = False
        names = await beside(load_device_names, self._state, snapshot.home, snapshot)
        now = monotonic()
        self._not_before = now + max(REST_SECONDS, SHARE * (now - begun))
        if names != snapshot.home.devices:
            snapshot.home.devices = names


    def wait(self) -> float:
        """Seconds until names can be read that have changed; infinite where none have."""
        return max(0.0, self._not_before - monotonic()) if self._changed else float("inf")


def _designated(run: Path) -> Designated:
    """What the processes say: of a certificate that stays true, of who serves with it only while that one lives."""
    encrypted = status.read_encrypted_live(run)
    if encrypted is None or not encrypted.serving:
        return NOBODY
    return designated(status.read_certificate(run), encrypted.bound)

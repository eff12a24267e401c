# SPDX-License-Identifier: GPL-3.0-or-later
"""The throttles' counts, kept in RUN/throttles.json: whoever guesses begins anew neither when the pages' process falls
asleep nor when it ends otherwise.

Times are of the monotonic clock, which all processes of one boot share; a file of another boot counts for nothing, and
one that does not read leaves nobody a try at first, but those who are known (webui.http.login). Keys are digests.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from store.base import file_faults, private_files
from store.base.typed_json import read_as
from webui.http.throttle import MAX_ADDRESSES, Counts, Throttle

FILE_NAME = "throttles.json"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
MAX_BYTES = 5 * MAX_ADDRESSES * 80 + 4096

log = logging.getLogger("webui")


@dataclass(frozen=True, slots=True)
class _Kept:
    """`boot`: of which the times are."""

    boot: str = ""
    throttles: Mapping[str, Counts] = field(default_factory=dict)


class KeptThrottles:
    """Those of one web UI, by their names. Any thread may call."""

    def __init__(self, run: Path, throttles: Mapping[str, Throttle]) -> None:
        self._path, self._throttles = run / FILE_NAME, throttles
        self._lock = threading.Lock()

    def load(self) -> None:
        """Go on where the process before this one was."""
        try:
            kept = read_as(_Kept, json.loads(file_faults.read(self._path, MAX_BYTES)))
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError):
            kept = None
        if kept is None:
            log.warning("%s does not read: log-ins of those who are not known wait for some seconds", self._path)
        elif kept.boot != _boot():
            return
        for name, throttle in self._throttles.items():
            counts = Counts() if kept is None else kept.throttles.get(name)
            if counts is not None:
                throttle.go_on(counts)

    def save(self) -> None:
        """As they are now, for this user alone; where nothing can be written, they hold as long as this process."""
        with self._lock, suppress(OSError):
            kept = _Kept(_boot(), {name: throttle.counts() for name, throttle in self._throttles.items()})
            text = json.dumps(asdict(kept))
            try:
                private_files.write_private(self._path, text)
            except OSError as error:
                if file_faults.fault_of(error) is file_faults.Fault.FULL:
                    file_faults.write_over(self._path, text.encode())


def _boot() -> str:
    try:
        return BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""

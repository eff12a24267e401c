# SPDX-License-Identifier: GPL-3.0-or-later
"""Does DNS answer? Asks the running workers over UDP for the name kept for that, as a device would ask for any."""

from __future__ import annotations

import time

from resolver.answer import local_names
from wire import stub
from wire.types import NOERROR

# A worker answers within microseconds. A machine that is busy for longer than this answers no device in time either.
SECONDS = 2.0


def ask(server: tuple[str, int], own_name: str, seconds: float = SECONDS) -> float | None:
    """The milliseconds that the answer took, None without one.

    Only NOERROR is one: another server that holds the port says that there is no such name.
    """
    begun = time.monotonic()
    response = stub.ask(local_names.health_name(own_name), server, timeout=seconds)
    took = (time.monotonic() - begun) * 1000
    return took if response is not None and response.rcode == NOERROR else None

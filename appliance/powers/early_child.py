# SPDX-License-Identifier: GPL-3.0-or-later
"""A child that is started before powers are given up, since it keeps some; the supervisor then watches over it, too."""

import logging
import os
import time
from collections.abc import Callable, Mapping

from appliance.process import forking, orphans
from appliance.process.children import Spec
from store.base.pulse import Pulse, take

log = logging.getLogger("telltale.supervisor")


def begin(
    role: str, module: str, arguments: tuple[str, ...], fds: tuple[int, ...], environ: Mapping[str, str],
    keep: Callable[[], None],
) -> Spec | None:  # fmt: skip
    """Start it; `keep` is called in it and gives up all powers but its own. None where it could not be started."""
    supervisor = os.getpid()
    pulse, end = Pulse.begin()

    def settle() -> None:
        os.setpgid(0, 0)
        keep()
        orphans.end_with(supervisor)
        take(end)

    try:
        process = forking.fork(role, module, arguments, (*fds, end), environ, settle)
    except OSError as error:
        log.error("%s could not be started (%s); DNS goes on without it", module, error)
        pulse.close()
        return None
    finally:
        os.close(end)
    return Spec(
        role, module, arguments, fds, beats=True, pulse=pulse, process=process, since=time.monotonic()
    )  # fmt: skip

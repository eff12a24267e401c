# SPDX-License-Identifier: GPL-3.0-or-later
"""The keepalive while nothing is wanted of it: a shell that waits for a line, with its number, powers and descriptors.

    keepalive ─► fall_asleep ─► exec sh: read a line ─► exec python -m appliance.process.plain_child ─► keepalive
                                          ▲
                 the supervisor (keepalive_door), once the wall, DHCP or a question is there

It waits for months, in nearly every home. A fork of the supervisor takes 9 MiB for that, since whatever the supervisor
writes to after the fork is a copy in one of the two; a fresh interpreter 3; a shell a quarter of one.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Sequence

from appliance.process import plain_child
from store.base import pulse

SHELL = "/bin/sh"
# The name of a process is a courtesy. `read` gives way to nothing at the end of the pipe: the supervisor is gone then.
_SCRIPT = 'printf "$1" 2>/dev/null >/proc/self/comm; shift; read -r line && exec "$@"'
_WORKS = 93  # what a shell that works ends with when it is tried: no shell's own code
_TRY_SECONDS = 30.0


def fall_asleep(role: str, module: str, arguments: Sequence[str], wake: int, keeps: Sequence[int]) -> None:
    """Be a shell until a line can be read from `wake`, and then a fresh interpreter with `module`'s main(arguments).

    keeps: further descriptors that are open then. Returns only as OSError: there is no such shell, or one that does not
    do what it is told, or no interpreter that this user may start.
    """
    if not os.access(sys.executable, os.X_OK):
        raise PermissionError(errno.EACCES, f"{sys.executable} cannot be started")
    title = f"telltale {role} {SHELL}"  # it ends in /sh, by which busybox and bash know what they are to be
    _try(title, role)
    pulse_end = pulse.rest()
    for fd in (wake, *keeps, *([pulse_end] if pulse_end >= 0 else [])):
        os.set_inheritable(fd, True)
    os.dup2(wake, 0)
    again = plain_child.settle_again(os.getppid(), pulse_end, drains=False)
    words = [title, "-c", _SCRIPT, title, role, *plain_child.command((*again, role, module, *arguments))]
    os.execv(SHELL, words)  # noqa: S606 - all words are ours


def _try(title: str, role: str) -> None:
    """Have a child do all that the shell is to do, which would take the powers along where it fails. Raises OSError."""
    words = [title, "-c", _SCRIPT, title, role, SHELL, "-c", f"exit {_WORKS}"]
    try:
        tried = subprocess.run(
            words, executable=SHELL, input=b"\n", stdout=subprocess.DEVNULL, timeout=_TRY_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(errno.ETIMEDOUT, f"{SHELL} does not end") from None
    if tried.returncode != _WORKS:
        raise OSError(errno.ENOEXEC, f"{SHELL} does not work: it ended with {tried.returncode}")

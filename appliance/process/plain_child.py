# SPDX-License-Identifier: GPL-3.0-or-later
"""A child without machine code, of a supervisor that has some: the fork gives way to a fresh interpreter.

    fork, settled as any other, with its descriptors ─► main ─► exec ─► python -m appliance.process.plain_child ─► begin

What the kernel knows of a process goes through an exec: its number, group, user and powers, niceness, and that it ends
with its parent. What stood in memory alone is done again by the words of `settle_again`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from appliance.process import forking, orphans, privilege
from native.finder import VARIABLE
from store.base import argv, pulse


def settle_again(parent: int, pulse_end: int, drains: bool) -> tuple[str, ...]:
    """Whose child it is, what hears its pulse (-1: nothing), and whether it drains (appliance.process.orphans)."""
    return str(parent), str(pulse_end), "drains" if drains else "ends"


def main(words: Sequence[str]) -> NoReturn:
    """In the fork, whose descriptors are those of the child and no other."""
    for fd in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        if fd > 2 and _is_open(fd):
            os.set_inheritable(fd, True)
    os.execve(sys.executable, command(words), {**os.environ, VARIABLE: "off"})  # noqa: S606 - no shell is wanted


def command(words: Sequence[str]) -> list[str]:
    """The words of the fresh interpreter: those of `settle_again`, the role, the module, its arguments."""
    return argv.fresh_interpreter(__name__, *words)


def _is_open(fd: int) -> bool:
    """All but the one by which they were listed."""
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def begin(words: Sequence[str]) -> NoReturn:
    """In the fresh interpreter."""
    parent, pulse_end, end, role, module, *arguments = words
    privilege.keep_on()
    (orphans.drain_without if end == "drains" else orphans.end_with)(int(parent))
    if int(pulse_end) >= 0:
        pulse.take(int(pulse_end))
    forking.run(module, tuple(arguments), forking.title_of(role))


if __name__ == "__main__":
    begin(sys.argv[1:])

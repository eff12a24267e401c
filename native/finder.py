# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes hot modules from machine code where that is there and true, before Python looks for their .py files.

Every room with a hot file calls `install` in its `__init__`, so that no hot module can be imported before. What is
decided is decided once, when the first of them is asked for: from then on a process is compiled or plain.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from native.manifest import GROUP, Manifest, load
from native.sources import CYTHON, DATAGRAMS

VARIABLE = "TELLTALE_COMPILED"
# Who writes `off` into YAML without quotes gives "false".
_OFF, _ON = frozenset({"off", "false", "no", "0"}), frozenset({"on", "true", "yes", "1"})
HOUSE = Path(__file__).parents[1]
# Machine code for one kind of interpreter and processor: "cpython-311-x86_64-linux-gnu".
BUILT = HOUSE / "native" / "built" / EXTENSION_SUFFIXES[0].split(".")[1]

# What a process dies of whose machine code is wrong, or wrong for its processor: SIGTRAP where a compiler's trap is one
# (64-bit ARM), SIGFPE by a division.
FAULTS = frozenset((signal.SIGSEGV, signal.SIGILL, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGTRAP))


class Way(StrEnum):
    """Which runs. `off`: plain, as was asked for; `stale`: plain, since sources have changed; `broken`: plain, since
    the machine code does not load here; `crashed`: plain, since processes have died of it.
    """

    COMPILED = "compiled"
    PLAIN = "plain"
    OFF = "off"
    STALE = "stale"
    BROKEN = "broken"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Running:
    """What runs in this process. `files`: hot files in machine code; `changed`: sources that are not as they were."""

    way: Way = Way.PLAIN
    files: int = 0
    datagrams: bool = False
    changed: tuple[str, ...] = ()
    why: str = ""  # it is broken
    crashes: int = 0


PLAIN = Running()


class Finder:
    """A finder of sys.meta_path (PEP 451) for the modules of one manifest, and for nothing else."""

    def __init__(self, folder: Path, manifest: Manifest, house: Path = HOUSE) -> None:
        self._folder, self._manifest, self._house = folder, manifest, house
        self._running: Running | None = None
        self._deciding = threading.Lock()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where the machine code of a module is; None leaves it to those who find .py files."""
        if name not in self._manifest.modules or self.running().way != Way.COMPILED:
            return None
        return self._spec(name)

    def running(self) -> Running:
        """Whether the machine code is taken; found out once, and true from then on."""
        with self._deciding:  # threads that import at the same time take the same
            if self._running is None:
                self._running = self._decide()
            return self._running

    def _decide(self) -> Running:
        if changed := self._manifest.changed(self._house):
            return Running(Way.STALE, changed=changed)
        if not self._manifest.runs_on(machine := os.uname().machine):
            return Running(Way.BROKEN, why=f"it is for ARMv{self._manifest.arm}, and this processor is {machine}")
        if damaged := self._manifest.damaged(self._folder):
            return Running(Way.BROKEN, why=f"{damaged[0]} is damaged")
        modules = self._manifest.modules
        if early := sorted(sys.modules.keys() & modules.keys()):
            return Running(Way.BROKEN, why=f"{early[0]} was imported before it could be taken")
        for name in modules:
            if name == GROUP or name in CYTHON:
                try:
                    self._load(name)
                except ImportError as error:  # of another C library, cut short, without the right to execute …
                    return Running(Way.BROKEN, why=str(error))
        return Running(Way.COMPILED, len(modules.keys() - {GROUP, *CYTHON}), DATAGRAMS in modules)

    def _load(self, name: str) -> None:
        """Have the loader map a library, as a proof that it can; what it holds is not begun."""
        spec = self._spec(name)
        if spec is None or spec.loader is None:
            raise ImportError(f"{name} has no file")
        spec.loader.create_module(spec)

    def _spec(self, name: str) -> ModuleSpec | None:
        file = str(self._folder / self._manifest.modules[name])
        return spec_from_file_location(name, file, loader=ExtensionFileLoader(name, file))


class _Door:
    """What the first call of `install` found."""

    finder: Finder | None = None
    running = PLAIN
    passed = False


def install(environ: Mapping[str, str] = os.environ) -> None:
    """Have hot modules come from machine code, if there is any; the first call counts.

    Ends the process with the reason where `TELLTALE_COMPILED=on` asks for what is not to be had.
    """
    if _Door.passed:
        return
    _Door.passed = True
    wish = environ.get(VARIABLE, "").strip().lower()
    if wish in _OFF:
        _Door.running = Running(Way.OFF)
    elif manifest := load(BUILT):
        _Door.finder = Finder(BUILT, manifest)
        sys.meta_path.insert(0, _Door.finder)
    if wish in _ON and (now := running()).way != Way.COMPILED:
        sys.exit(f"{VARIABLE}=on, yet {why_not(now)}.")


def distrust(crashes: int) -> None:
    """Run plain Python, since the machine code has crashed so often; to be called before the first `install`."""
    if not _Door.passed:
        _Door.passed, _Door.running = True, Running(Way.CRASHED, crashes=crashes)


def running() -> Running:
    """Which runs in this process."""
    return _Door.finder.running() if _Door.finder else _Door.running


def end_as(status: int) -> None:
    """End as a fork of ours did, by its wait status, where that may be the machine code's fault: whoever looks after us
    counts such ends, and does not hear of those of our forks."""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in FAULTS and running().way == Way.COMPILED:
        os.kill(os.getpid(), os.WTERMSIG(status))


def why_not(now: Running) -> str:
    """Why it is not compiled, in the words of those who build; people are told by health."""
    if now.way == Way.STALE:
        more = f" and {len(now.changed) - 1} more have" if now.changed[1:] else " has"
        return f"{now.changed[0]}{more} changed since `make compiled`: call it again"
    return now.why or f"there is no machine code in {BUILT}: `make compiled` makes it"

# SPDX-License-Identifier: GPL-3.0-or-later
"""A child process as a fork of this one: it has all modules in memory already, and shares those pages with us.

    child = forking.fork("worker-1", "resolver.worker", ("--state", …), fds=(5, 6), environ=os.environ, settle=…)

It starts within milliseconds where a fresh interpreter takes some hundred, and costs some 10 MiB less. What makes it as
clean as a fresh one: it keeps the descriptors that it is given and no other, has the signals and the environment of a
new process, and ends without running anything of ours that was going on. Whoever forks has one thread and no open
database.

A fork has our machine code, too (`native`). Where the environment that it is given says that it must not, it goes on as
a fresh interpreter (appliance.process.plain_child), with all else the same.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import importlib
import importlib.util
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, NoReturn

from native import crash_mark
from native.finder import VARIABLE, Way, running

_PR_SET_NAME = 15
# Beyond any descriptor of ours. Where the kernel has no close_range(2), so many are closed one by one.
_LAST_DESCRIPTOR = min(os.sysconf("SC_OPEN_MAX"), 1 << 16)
# Fields of /proc/PID/stat behind the command's name, see proc_pid_stat(5): where the command line lies in memory.
_ARG_START, _ARG_END = 45, 46
_POLL_SECONDS = 0.01
_SETTLED = b"settled"
_MAX_WORD = 4096  # a sentence of why not
_PLAIN_CHILD = "appliance.process.plain_child"

_libc = ctypes.CDLL(None)


class Forked:
    """A child, with the part of subprocess.Popen's interface that a supervisor needs. `compiled`: it has our machine
    code."""

    def __init__(self, pid: int, compiled: bool = False) -> None:
        self.pid, self.compiled = pid, compiled
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code once it has ended (negative: the signal), else None."""
        if self.returncode is None:
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Nothing is sent to one that has ended: its number may be somebody else's by now."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. Raises subprocess.TimeoutExpired."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() >= end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(_POLL_SECONDS)
        return code

    def end(self, timeout: float) -> int:
        """Ask it to end, and end it when it has not within `timeout` seconds; its exit code."""
        self.terminate()
        try:
            return self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.wait()


def load(modules: Iterable[str], make: Iterable[Callable[[], object]] = ()) -> None:
    """Import what the children have in common, as far as it is installed, and leave it alone from now on.

    make: functions that keep what they return, which each child would call for itself.

    The collector writes into each object that it looks at, and what is written to is no longer shared.
    """
    for module in modules:
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module)
    for each in make:
        each()
    gc.collect()
    gc.freeze()


def take(environ: MutableMapping[str, str], name: str) -> str | None:
    """Take a secret out of the environment, and out of what /proc/PID/environ shows of us and of our children."""
    _libc.getenv.restype = ctypes.c_void_p
    if environ is os.environ and name in environ and (address := _libc.getenv(name.encode())):
        ctypes.memset(address, 0, len(os.environb[name.encode()]))
    return environ.pop(name, None)


def fork(
    role: str,
    module: str,
    arguments: tuple[str, ...],
    fds: Iterable[int],
    environ: Mapping[str, str],
    settle: Callable[[], None],
    settle_again: tuple[str, ...] | None = None,
) -> Forked:
    """Start `module`'s `main(arguments)` in a child, and return once it has done `settle`.

    `settle_again`: what `settle` leaves in memory alone, for a fresh interpreter (plain_child); nothing as a rule.
    Raises OSError (no memory, too many processes, `settle` raised). Signals wait meanwhile: until the child has
    handlers of its own, it would tell us of one that was meant for it.
    """
    # All that can be found out before is: each page that the child writes to is no longer shared.
    compiled = running().way == Way.COMPILED
    if plain := compiled and environ.get(VARIABLE) == "off":
        again = settle_again or (str(os.getpid()), "-1", "ends")
        module, arguments = _PLAIN_CHILD, (*again, role, module, *arguments)
    setup = _Setup(
        module,
        arguments,
        gaps=_gaps(fds),
        handled=tuple(number for number in signal.valid_signals() if callable(signal.getsignal(number))),
        environ=None if environ is os.environ else dict(environ),
        title=title_of(role),
    )
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # else both of us would write what is in there
    read_end, write_end = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
        if pid == 0:
            _settle(settle, write_end)
            _become(setup)
        os.close(write_end)
        write_end = -1
        if (word := os.read(read_end, _MAX_WORD)) != _SETTLED:
            os.waitpid(pid, 0)
            raise OSError(errno.EPERM, word.decode(errors="replace") or "it ended at once")
        return Forked(pid, compiled and not plain)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for fd in (read_end, write_end):
            if fd >= 0:
                os.close(fd)


def _settle(settle: Callable[[], None], write_end: int) -> None:
    """In the child: do it, and tell the parent how it went."""
    try:
        settle()
        os.write(write_end, _SETTLED)
    except BaseException as error:
        os.write(write_end, f"{type(error).__name__}: {error}".encode()[:_MAX_WORD])
        os._exit(1)


class _Setup(NamedTuple):
    """What a child needs to know of itself."""

    module: str
    arguments: tuple[str, ...]
    gaps: tuple[tuple[int, int], ...]
    handled: tuple[int, ...]
    environ: dict[str, str] | None
    title: tuple[bytes, int, bytes]


def _become(setup: _Setup) -> NoReturn:
    """Be the child; this never returns into the frames of its parent."""
    try:
        gc.freeze()  # garbage of the parent may own numbers of descriptors that are ours by now
        crash_mark.disarm()
        _own_descriptors(setup.gaps)
        _own_signals(setup.handled)
        if setup.environ is not None:
            os.environ.clear()
            os.environ.update(setup.environ)
    except BaseException:
        traceback.print_exc()
        _leave(1)
    run(setup.module, setup.arguments, setup.title)


def run(module: str, arguments: tuple[str, ...], title: tuple[bytes, int, bytes]) -> NoReturn:
    """Be the child that is called so: the process has what it needs and nothing else."""
    code = 1
    try:
        sys.argv = [module, *arguments]
        _rename(*title)
        code = _exit_code(importlib.import_module(module).main(arguments))
    except SystemExit as left:
        code = _exit_code(left.code)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except BaseException:
        traceback.print_exc()
    finally:
        _leave(code)


def _exit_code(value: object) -> int:
    """As sys.exit takes it: nothing is success, a text is printed and failure."""
    if value is None or isinstance(value, int):
        return int(value or 0)
    print(value, file=sys.stderr)
    return 1


def _leave(code: int) -> NoReturn:
    """End as an interpreter does, but without taking apart the modules: that would copy every shared page."""
    try:
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code)


def _gaps(fds: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """The ranges of descriptors between those that are kept, standard ones included."""
    kept = (2, *sorted(fd for fd in set(fds) if fd > 2), _LAST_DESCRIPTOR)
    return tuple((low + 1, high) for low, high in pairwise(kept))


def _own_descriptors(gaps: Iterable[tuple[int, int]]) -> None:
    """Standard input reads nothing; all in the gaps is closed."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for low, high in gaps:
        os.closerange(low, high)


def _own_signals(handled: Iterable[int]) -> None:
    """Those of a fresh interpreter. Whatever came meanwhile is delivered now."""
    signal.set_wakeup_fd(-1)
    for number in handled:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def title_of(role: str) -> tuple[bytes, int, bytes]:
    """The role as a name of the kernel, and where and what to write in place of our command line: as much as it holds.

    Where that cannot be found out, nothing is written: a name is a courtesy.
    """
    start = size = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        start, end = int(fields[_ARG_START]), int(fields[_ARG_END])
        size = end - start if start else 0
    return role.encode(), start, f"telltale {role}".encode()[: max(0, size - 1)].ljust(size, b"\0")


def _rename(name: bytes, start: int, title: bytes) -> None:
    """Show the role where processes are listed."""
    _libc.prctl(_PR_SET_NAME, name, 0, 0, 0)
    if title:
        ctypes.memmove(start, title, len(title))

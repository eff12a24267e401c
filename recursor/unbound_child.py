# SPDX-License-Identifier: GPL-3.0-or-later
"""unbound as a child: its configuration checked and written, started without a shell, its lines heard, ended.

Debian confines /usr/sbin/unbound by AppArmor to its own folders, where ours are not. Where that holds, ours is loaded
by the system's loader, which the profile does not name; it has no powers to begin with, and can gain none.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import struct
import subprocess
from pathlib import Path
from typing import IO

from store.base.private_files import write_private
from store.base.sentences import say

MISSING = say("unbound is missing: install Debian's package unbound (its own service may stay off).")
CHECK_SECONDS = 10.0  # unbound-checkconf takes some 20 ms
STOP_SECONDS = 3.0
_SYSTEM_PATHS = "/usr/sbin:/usr/local/sbin:/sbin"  # where Debian puts it, which is in no user's PATH
_MAX_SAID = 64 * 1024  # of what it writes, a look
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_PROFILE, _CONFINED = Path("/etc/apparmor.d/usr.sbin.unbound"), Path("/sys/module/apparmor/parameters/enabled")
_PT_INTERP = 3
_IDLE = ("info:", "notice:", "debug:")
_HEAD = re.compile(r"^(\[\d+\] )?unbound\[[\d:]+\] ")  # of its lines: when, and who


class UnboundError(Exception):
    """It cannot be started; the text is a sentence."""


class UnboundChild:
    """One unbound on one port; `text`: its configuration but for the port, by which two are compared."""

    def __init__(self, run: Path, port: int, text: str) -> None:
        self.port, self.text = port, text
        self.last = ""  # line that it wrote of something that went wrong
        self._config = run / f"unbound-{port}.conf"
        self._child: subprocess.Popen[bytes] | None = None
        self._mute = False

    def sources(self) -> list[IO[bytes]]:
        """What is readable once it says something."""
        stderr = self._child.stderr if self._child is not None else None
        return [stderr] if stderr is not None and not self._mute else []

    @property
    def pid(self) -> int:
        """0 while it does not run."""
        return self._child.pid if self._child is not None else 0

    def start(self, config: str) -> None:
        """Check and write the configuration, and start it. Raises UnboundError."""
        path = program()
        if path is None:
            raise UnboundError(MISSING)
        try:
            write_private(self._config, config)
            _check(self._config)
            self._mute = False
            self._child = _begin([*_loaded(path), path, "-d", "-p", "-c", str(self._config)])
        except OSError as error:
            raise UnboundError(say("unbound could not be started ({error}).", error=error.strerror)) from None

    def ended(self) -> int | None:
        """Hear what it says; its exit code once it has ended."""
        self._hear()
        return self._child.poll() if self._child is not None else 0

    def memory_kib(self) -> int:
        """What it has resident; 0: unknown."""
        try:
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        except (OSError, ValueError, IndexError):
            pass
        return 0

    def stop(self) -> None:
        """Ask it to end, and see to it."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._hear()
        if self._child.stderr is not None:
            self._child.stderr.close()
        self._child = None
        self._config.unlink(missing_ok=True)

    def _hear(self) -> None:
        if self._child is None or self._child.stderr is None:
            return
        data = self._child.stderr.read(_MAX_SAID)
        if not data:
            self._mute = data == b""  # the end: it says nothing any more; None: nothing now
            return
        for line in data.decode("utf-8", "replace").splitlines():
            words = "".join(char if char.isprintable() else "?" for char in line.strip())[:300]
            line = _HEAD.sub("", words)
            if not line.startswith(_IDLE):  # that it starts is no reason why it ended
                self.last = line


def program() -> str | None:
    """Where unbound is; None where it is not installed."""
    return shutil.which("unbound", path=f"{os.environ.get('PATH', '')}:{_SYSTEM_PATHS}")


def _check(config: Path) -> None:
    """That unbound understands the file; where it has no tool for that, it says so itself. Raises UnboundError."""
    tool = shutil.which("unbound-checkconf", path=f"{os.environ.get('PATH', '')}:{_SYSTEM_PATHS}")
    if tool is None:
        return
    try:
        done = subprocess.run([tool, str(config)], capture_output=True, timeout=CHECK_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return
    if done.returncode:
        words = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()[:1]
        raise UnboundError(say("unbound does not take its configuration: {words}", words=" ".join(words)[:300]))


def _begin(words: list[str]) -> subprocess.Popen[bytes]:
    parent, libc = os.getpid(), ctypes.CDLL(None)

    def settle() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    # It stays who it is: it has no powers to begin with. preexec_fn is safe: one thread.
    child = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=settle,
        cwd="/", env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}, bufsize=0,
    )  # fmt: skip
    assert child.stderr is not None
    os.set_blocking(child.stderr.fileno(), False)
    return child


def _loaded(path: str) -> list[str]:
    """The loader in front of the program, where AppArmor would confine it; else nothing."""
    try:
        if not _PROFILE.exists() or _CONFINED.read_text().strip() != "Y":
            return []
        return list(filter(None, [interpreter(Path(path))]))
    except OSError:
        return []


def interpreter(path: Path) -> str:
    """The loader that an ELF program of this machine names; "" where there is none."""
    with path.open("rb") as file:
        head = file.read(64)
        if head[:4] != b"\x7fELF" or len(head) < 64:
            return ""
        wide = head[4] == 2
        (table,) = struct.unpack_from("Q" if wide else "I", head, 32 if wide else 28)
        size, count = struct.unpack_from("2H", head, 54 if wide else 42)
        file.seek(table)
        entries = file.read(size * count)
        for at in range(0, len(entries), size):
            if struct.unpack_from("I", entries, at)[0] == _PT_INTERP:
                # kind, flags, offset, two addresses, size; where words are small the flags stand further back
                fields = struct.unpack_from("2I4Q" if wide else "5I", entries, at)
                file.seek(fields[2] if wide else fields[1])
                return file.read(fields[5] if wide else fields[4]).rstrip(b"\0").decode()
    return ""

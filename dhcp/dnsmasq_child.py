# SPDX-License-Identifier: GPL-3.0-or-later
"""dnsmasq as a child: started with a configuration, started again with back-off when it ends, never by a shell."""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO

from network.lease_files import OWN_FILE
from store.base.private_files import write_private
from store.base.sentences import say

CONFIG = "dhcp.conf"  # in the state directory, mode 0600
FIRST_DELAY, LONGEST_DELAY = 0.5, 60.0
SOUND_SECONDS = 60.0  # one that lived so long is started again without delay
STOP_SECONDS = 5.0
_SYSTEM_PATHS = "/usr/sbin:/usr/local/sbin:/sbin"  # where Debian puts it, which is in no user's PATH
_MAX_SAID = 64 * 1024  # of what it writes, a look
_PR_SET_PDEATHSIG = 1
MISSING = say("dnsmasq is missing: install Debian's package dnsmasq-base.")
_ADDRESS_IN_USE = "already in use"

log = logging.getLogger(__name__)


class Server:
    """One child at most. `error`: a sentence while it cannot be started, or keeps ending."""

    def __init__(self, state: Path) -> None:
        self.error = ""
        self._config, self._leases = state / CONFIG, state / OWN_FILE
        self._child: subprocess.Popen[bytes] | None = None
        self._text = ""
        self._started = self._due = self._delay = 0.0
        self._last, self._mute = "", False

    def sources(self) -> list[IO[bytes]]:
        """What is readable once it says something."""
        stderr = self._child.stderr if self._child is not None else None
        return [stderr] if stderr is not None and not self._mute else []

    def rest(self, now: float) -> float:
        """Seconds until there is something to do for it; its end and its lines are told at once."""
        if self._child is None:
            return max(0.0, self._due - now)
        return max(0.0, self._started + FIRST_DELAY - now) if self.error else float("inf")

    @property
    def pid(self) -> int:
        """Of dnsmasq, 0 while it does not run."""
        return self._child.pid if self._child is not None else 0

    def serve(self, text: str, now: float) -> None:
        """See to it that it runs with this configuration; its leases outlive a start with another one."""
        self._look(now)
        if text != self._text:
            self.stop()
            self._text, self._due = text, now
        if self._child is None and now >= self._due:
            self._start(now)
        elif self._child is not None and now - self._started > FIRST_DELAY:
            self.error = ""

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
        self._close()

    def _look(self, now: float) -> None:
        """Hear what it says, and note when it has ended."""
        if self._child is None:
            return
        self._hear()
        if (code := self._child.poll()) is None:
            return
        self._hear()
        self._close()
        sound = now - self._started > SOUND_SECONDS
        self._delay = FIRST_DELAY if sound else min(max(FIRST_DELAY, self._delay * 2), LONGEST_DELAY)
        self._due = now + self._delay
        self.error = _why(code, self._last)
        log.warning("dnsmasq ended with code %d; it is started again in %.1f s", code, self._delay)

    def _start(self, now: float) -> None:
        self._started, self._last, self._mute = now, "", False
        path = program()
        if path is None:
            self._due = now + LONGEST_DELAY
            self.error = MISSING
            return
        try:
            write_private(self._config, self._text)
            _make_private(self._leases)  # dnsmasq would let everybody read it, whatever our umask
            self._child = _begin(path, self._config)
        except OSError as error:
            self._due = now + LONGEST_DELAY
            self.error = say("dnsmasq could not be started ({error}).", error=error.strerror)

    def _hear(self) -> None:
        """Its lines go into our log; the last one that tells of a failure is kept."""
        if self._child is None or self._child.stderr is None:
            return
        data = self._child.stderr.read(_MAX_SAID)
        if not data:
            self._mute = data == b""  # the end: it says nothing any more; None: nothing now
            return
        for line in data.decode("utf-8", "replace").splitlines():
            words = "".join(char if char.isprintable() else "?" for char in line.strip())[:500]
            log.info("%s", words)
            if "fail" in words and "FAILED to start up" not in words:
                self._last = words.partition(": ")[2] or words

    def _close(self) -> None:
        if self._child is not None and self._child.stderr is not None:
            self._child.stderr.close()
        self._child = None


def program() -> str | None:
    """Where dnsmasq is; None where it is not installed."""
    return shutil.which("dnsmasq", path=f"{os.environ.get('PATH', '')}:{_SYSTEM_PATHS}")


def _make_private(path: Path) -> None:
    """See to it that the file is there, and read by its owner alone. Raises OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "a") as file:
        os.fchmod(file.fileno(), 0o600)


def _begin(program: str, config: Path) -> subprocess.Popen[bytes]:
    parent, libc = os.getpid(), ctypes.CDLL(None)

    def settle() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    # It stays who it is (no user, no group): it holds no more than it needs. preexec_fn is safe: one thread.
    words = [program, "--keep-in-foreground", f"--conf-file={config}", "--user=", "--group=", "--pid-file",
             "--log-facility=-"]  # fmt: skip
    child = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=settle,
        cwd="/", env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}, bufsize=0,
    )  # fmt: skip
    assert child.stderr is not None
    os.set_blocking(child.stderr.fileno(), False)
    return child


def _why(code: int, last: str) -> str:
    if _ADDRESS_IN_USE in last:
        return say("Port 67 is taken by another program on this machine, so no addresses are handed out.")
    if last:
        return say("dnsmasq ended: {words}.", words=last.rstrip("."))
    return say("dnsmasq ended with code {code}.", code=code)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps the firewall process alive: `python -m firewall.keepalive --state DIR --run DIR …`.

The supervisor gives up every power at its start and could not hand one to a process that it starts anew later. So it
starts this small one before that, with CAP_NET_ADMIN alone, which starts the firewall process while the wall is wanted,
starts it again when it dies, and touches neither kernel nor network itself.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from firewall import gateway
from firewall.reconcile import marker
from store.base import logs, status
from store.base.argv import argued
from store.base.pulse import Pulse, keep_going
from store.config import usable_settings
from store.config.choices import WallMode
from store.config.watch import Watcher

WATCH_SECONDS = 0.5
FIRST_DELAY, LONGEST_DELAY = 0.2, 30.0
SOUND_SECONDS = 60.0  # one that lived so long is started again without delay
STOP_SECONDS = 5.0
HANG_SECONDS, BEGIN_SECONDS = 60.0, 300.0  # without a beat; before the first one
_PR_SET_PDEATHSIG = 1

log = logging.getLogger(__name__)


class Keepalive:
    """One child at most, started again and again; `wanted` says whether there is to be one."""

    def __init__(self, command: Sequence[str], fds: Sequence[int], state: Path, run: Path, environ: Mapping[str, str]):
        self.stopping = False
        self.child: subprocess.Popen[bytes] | None = None
        self._command, self._fds = list(command), tuple(fds)
        self._state, self._run, self._environ = state, run, environ
        self._watcher = Watcher(state / "config.db")
        self._wish = self._wished()
        self._started = self._due = self._delay = 0.0
        self._pulse: Pulse | None = None

    def turn(self, now: float) -> None:
        """One look: start what is to run, end what is not, note what died."""
        if self._watcher.changed():
            self._wish = self._wished()
        if self.child is not None and (code := self.child.poll()) is not None:
            self.child = None
            self._delay = FIRST_DELAY if now - self._started > SOUND_SECONDS else min(
                max(FIRST_DELAY, self._delay * 2), LONGEST_DELAY
            )  # fmt: skip
            self._due = now + self._delay
            if self._pulse is not None:
                self._pulse.close()
                self._pulse = None
            log.warning("the firewall process ended with code %d; it is started again in %.1f s", code, self._delay)
        if self.child is not None and self._hangs(now):
            log.error("the firewall process hangs, or was stopped, and is started anew")
            self.child.kill()
        if self.wanted():
            if self.child is None and now >= self._due:
                self._start(now)
        elif self.child is not None:
            self.stop()

    def wanted(self) -> bool:
        """While the wall is on, and afterwards until its table is taken away; and on a gateway."""
        return self._wish or marker(self._run).exists() or (self._state / gateway.FILE_NAME).exists()

    def stop(self) -> None:
        """Ask the child to end, and see to it."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child = None

    def _wished(self) -> bool:
        return usable_settings.load(self._state, self._environ).wall != WallMode.OFF

    def _start(self, now: float) -> None:
        parent, libc = os.getpid(), ctypes.CDLL(None)

        def settle() -> None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

        self._started = now
        pulse, end = Pulse.begin()
        try:
            # preexec_fn is safe: this process has one thread.
            self.child = subprocess.Popen(
                [*self._command, "--pulse", str(end)],
                stdin=subprocess.DEVNULL, pass_fds=(*self._fds, end), preexec_fn=settle,
            )  # fmt: skip
            self._pulse = pulse
        except OSError as error:
            pulse.close()
            self._due = now + LONGEST_DELAY
            log.error("the firewall process could not be started (%s)", error.strerror)
        finally:
            os.close(end)

    def _hangs(self, now: float) -> bool:
        if self.child is None or self._pulse is None:
            return False
        limit = HANG_SECONDS if self._pulse.heard else BEGIN_SECONDS
        return self._pulse.hangs(self.child.pid, now, limit)


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the supervisor gives, and keep it alive until SIGTERM; `--run` may be left out."""
    given = argued(words, ("state",), ("run", "answers"))
    logs.setup("firewall")
    state = Path(given["state"])
    run = Path(given["run"]) if given["run"] else status.run_dir(state, os.environ)
    command = [sys.executable, "-m", "firewall.process", "--state", str(state), "--run", str(run)]
    fds = [int(part) for part in given["answers"].split(",") if part]
    keepalive = Keepalive([*command, "--answers", given["answers"]], fds, state, run, os.environ)
    keep_going(keepalive, WATCH_SECONDS)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker without sockets of its own, which holds nothing until it is needed.

`python -m resolver.stand_by …`, with the words of a worker.

    a query comes while its owner does not sleep ─► is it still there some ms later? ─► a fork becomes a worker
                                                        no: go on waiting                 and answers, until it is calm

It looks at its siblings' sockets alone, and holds neither policy nor index nor cache nor loop. A fork is a worker like
any other within some 50 ms, and takes all that with it when it ends.

It writes to hardly a page, so it holds on to all pages as they were when the house started, which everybody else has
written to since: 4 MiB that nobody needs. A minute later the supervisor has written to what it writes to, and whoever
was forked by then asks to be forked once more.
"""

from __future__ import annotations

import ctypes
import logging
import os
import select
import signal
import socket
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from native.finder import end_as
from resolver import worker
from resolver.asked_upstreams import DRAIN_SECONDS
from resolver.listen.inherited import inherited
from resolver.listen.owner_wake import Arrivals
from store.base import logs, status
from store.base.argv import argued
from store.base.process_status import WorkerStatus
from store.base.pulse import ask_renewal, beat
from store.base.signal_wake import SignalWake

LEFT_SECONDS = 0.02  # an owner that lives takes a query sooner, whatever it has to do
BUSY_SECONDS = 0.03  # deaf for so long after one that did: in a stream of queries nobody is to be woken by each
REST_SECONDS = 2.0  # see SpareWatch.again
CALM_SECONDS = 60.0  # without a query, and the fork ends: the next takes 50 ms, this one holds 15 MiB
AGAIN_SECONDS = 1.0  # after a fork that failed
SETTLED_SECONDS = 60.0  # of the life of a house, in which its supervisor writes to what it shares
_HEAD_BYTES = 64  # of a query: id and name
_LOOK_SECONDS = 0.02
_PR_SET_PDEATHSIG = 1
_PARENT, _STARTED = 1, 19  # of the fields of /proc/PID/stat behind the command's name

log = logging.getLogger(__name__)
_libc = ctypes.CDLL(None)


class StandBy:
    """The process that waits, and the fork that answers, if there is one now."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.stopping = False
        self._given = given
        self._spare = [*inherited(given["spare"]), *inherited(given["handed-spare"])]
        self._arrivals = Arrivals(sock.fileno() for sock in self._spare)
        self._teller, self._status = self._new_teller(), WorkerStatus(started=time.time())
        self._answering, self._not_before = 0, 0.0
        self._renews_at = time.monotonic() + SETTLED_SECONDS if _is_early() else float("inf")

    def serve(self, signals: SignalWake) -> None:
        """Until told to stop."""
        self._tick()
        while not self.stopping:
            sources = [signals.fileno()] + ([] if self._answering else [self._arrivals.fileno()])
            readable = select.select(sources, [], [], REST_SECONDS)[0]
            signals.heard()
            if self._answering:
                self._look_after()
                if self._answering and signals.fileno() in readable:
                    os.kill(self._answering, signal.SIGCHLD)  # see SpareWatch.again
                continue
            if self._arrivals.fileno() in readable:
                self._arrivals.deafen()
                if self._is_left() and time.monotonic() >= self._not_before:
                    self._begin()
                    continue
                time.sleep(BUSY_SECONDS)
            self._tick()
        self._end()

    def _tick(self) -> None:
        beat()
        now = time.monotonic()
        if now >= self._renews_at:
            ask_renewal()
        self._teller.tell(self._status, now)
        self._arrivals.listen()

    def _owners_are_ready(self) -> bool:
        """Whether each worker before this one has said that it listens, and lives."""
        run, ours = Path(self._given["run"]), int(self._given["number"])
        return all(_is_sibling(status.read_pid(run, f"worker-{number}")) for number in range(1, ours))

    def _is_left(self) -> bool:
        """Whether an owner leaves a query lying that is there now."""
        heads = [_head(sock) for sock in self._spare]
        if not any(heads):
            return False
        time.sleep(LEFT_SECONDS)
        return any(head is not None and head == _head(sock) for sock, head in zip(self._spare, heads, strict=True))

    def _begin(self) -> None:
        if self._owners_are_ready():
            log.warning("queries are left lying; they are answered here until that is over")
        else:  # at each start, and where one has died: who watches over it tells of that
            log.info("what comes while a worker is not ready is answered here")
        try:
            self._answering = os.fork()
        except OSError as error:
            log.error("nobody can be forked to answer them (%s)", error.strerror)
            self._not_before = time.monotonic() + AGAIN_SECONDS
            return
        if self._answering == 0:
            self._answer(os.getppid())

    def _answer(self, parent: int) -> NoReturn:
        """The fork: a worker. It beats for us both."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() == parent:
                self._arrivals.close()
                for sock in self._spare:
                    sock.detach()
                worker.run(self._given, CALM_SECONDS)
                code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _look_after(self) -> None:
        """Wait again once the fork has ended."""
        pid, code = os.waitpid(self._answering, os.WNOHANG)
        if not pid:
            return
        self._answering = 0
        if code:
            log.warning("who answered ended with %d", os.waitstatus_to_exitcode(code))
            end_as(code)
            self._not_before = time.monotonic() + AGAIN_SECONDS
        self._teller = self._new_teller()
        self._tick()

    def _end(self) -> None:
        """Let the fork finish what it has, and end it."""
        if not self._answering:
            return
        os.kill(self._answering, signal.SIGTERM)
        until = time.monotonic() + DRAIN_SECONDS
        while not os.waitpid(self._answering, os.WNOHANG)[0]:
            if time.monotonic() >= until:
                os.kill(self._answering, signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)

    def _new_teller(self) -> status.Teller:
        return status.Teller(Path(self._given["run"]), f"worker-{self._given['number']}")


def _is_early() -> bool:
    """Whether the parent had just started when this process did; False where that cannot be found out."""
    with suppress(OSError, ValueError, IndexError):
        ours, parents = (_started(pid) for pid in ("self", str(os.getppid())))
        return ours - parents < SETTLED_SECONDS
    return False


def _is_sibling(pid: int | None) -> bool:
    """Whether this process lives, and is a child of our parent: its number may be somebody else's by now."""
    with suppress(OSError, ValueError, IndexError):
        return pid is not None and int(_fields(str(pid))[_PARENT]) == os.getppid()
    return False


def _started(pid: str) -> float:
    """Seconds after the machine's start."""
    return int(_fields(pid)[_STARTED]) / os.sysconf("SC_CLK_TCK")


def _fields(pid: str) -> list[str]:
    """See proc_pid_stat(5). Raises OSError."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _head(sock: socket.socket) -> object:
    """What lies there first, with who sent it; None where nothing does."""
    with suppress(OSError):
        return sock.recvfrom(_HEAD_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    return None


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the supervisor gives, and stand by until SIGTERM."""
    given = argued(words, worker.NEEDED, worker.OPTIONAL)
    logs.setup(f"worker-{given['number']}")
    standing = StandBy(given)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(standing, "stopping", True))
    signal.signal(signal.SIGCHLD, lambda *_: None)  # so that it wakes
    standing.serve(SignalWake())


if __name__ == "__main__":
    main()

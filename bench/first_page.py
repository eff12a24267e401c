# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages' process from its start to the first page, and what it weighs: `python -m bench.first_page --state DIR`.

It is started as the supervisor starts it, as a fork of a process that has loaded what all children share; somebody who
is logged in already waits for Home from the first moment on. Then each page that is given is looked at twice.
"""

import argparse
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from appliance.process import forking
from appliance.start import launch
from bench import machine, procfs

HERE = Path(__file__).parents[1]
ANSWER_SECONDS = 60.0
# What a person opens, one of each wing, and what programs ask.
PAGES = (
    "/devices", "/companies", "/queries", "/evidence", "/blocklists", "/services", "/groups", "/times", "/names",
    "/dhcp", "/bypass", "/changes", "/backup", "/settings", "/accounts", "/metrics", "/api/v1/stats/summary",
)  # fmt: skip
_LOG_IN = """
import sys
from pathlib import Path
from store.accounts import login_sessions
from store.config import session
from webui.http.state import WebUi
state = Path(sys.argv[1])
print(f"{WebUi(state, state, {}).cookie}={login_sessions.create_session(session.engine(state), '127.0.0.1').id}")
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Milliseconds until the whole answer was there, by the clock and of the process's time.

    `private_kib`: what it has in memory then that it shares with none.
    """

    path: str
    status: int
    wall_ms: float
    cpu_ms: float
    private_kib: int


class Pages:
    """The pages' process over a state directory."""

    def __init__(self, state: Path, run: Path, cookie: str) -> None:
        """Starts it; it need not answer yet."""
        self._cookie = cookie
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._port = int(listening.getsockname()[1])
        fd = listening.fileno()
        words = ("--state", str(state), "--run", str(run), "--fd", str(fd))
        self.child = forking.fork("webui", "webui.lean_start", words, (fd,), os.environ, lambda: None)
        listening.close()

    def look(self, path: str, since: float | None = None) -> Look:
        """Ask for it; `since`: from when on the clock counts, and the process's time from its start."""
        begun, cpu = time.perf_counter(), 0.0 if since is not None else self._cpu_ms()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)) as con:
            con.request("GET", path, headers={"Cookie": self._cookie, "Accept-Encoding": "gzip", "Accept": "text/html"})
            answer = con.getresponse()
            answer.read()
        wall = time.perf_counter() - (begun if since is None else since)
        return Look(path, answer.status, wall * 1000, self._cpu_ms() - cpu, procfs.private_kib(self.child.pid))

    def _cpu_ms(self) -> float:
        return time.clock_gettime(~self.child.pid << 3 | 2) * 1000

    def stop(self) -> None:
        self.child.end(10.0)


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.first_page", description="From a start to the first page.")
    parser.add_argument("--state", type=Path, required=True, help="a directory with a password, that is not in use")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--pages", nargs="*", default=list(PAGES), metavar="PATH", help="after the last start")
    given = parser.parse_args(words)
    state = given.state.resolve()
    cookie = subprocess.run([sys.executable, "-c", _LOG_IN, str(state)], cwd=HERE, capture_output=True, text=True,
                            check=True).stdout.strip()  # fmt: skip
    forking.load(launch.SHARED)
    starts, looks = [], []
    with tempfile.TemporaryDirectory(prefix="first-page-") as run:
        for number in range(given.starts):
            since = time.perf_counter()
            pages = Pages(state, Path(run), cookie)
            try:
                starts.append(pages.look("/", since))
                if number == given.starts - 1:
                    looks = [pages.look(path) for path in given.pages for _ in range(2)]
            finally:
                pages.stop()
    print(json.dumps({"machine": machine.describe(), "starts": told(starts), "pages": table(looks)}, indent=1))
    return 0


def told(starts: Sequence[Look]) -> dict[str, Any]:
    """The middle one of them."""
    return {
        "status": starts[-1].status,
        "wall_ms": round(median(look.wall_ms for look in starts)),
        "cpu_ms": round(median(look.cpu_ms for look in starts)),
        "private_mib": round(median(look.private_kib for look in starts) / 1024, 1),
    }


def table(looks: Sequence[Look]) -> list[str]:
    """A line each: path, status, the first look's and a later one's milliseconds, MiB after both."""
    pairs = zip(looks[::2], looks[1::2], strict=True)
    return [
        f"{first.path:24} {first.status} {first.wall_ms:6.0f} {later.wall_ms:6.0f} ms  "
        f"{later.private_kib / 1024:6.1f} MiB" for first, later in pairs
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page costs the process that serves it, over the log of a state directory that is there already.

    python -m bench.homelog --state DIR --rows 60000000 --days 30      the log
    python -m evidence.process --state DIR                              what is known of its hours
    python -m bench.page_times --state DIR [--looks 5] [--only PATH …] [--markdown]

Processor time, not the clock's: so another load on the machine changes little. Pages, and the parts that are loaded
after them, are found by their links from Home on, one of each kind; none is forgotten when one is added.
"""

import argparse
import contextlib
import gzip
import html
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol

from bench import machine
from store.accounts import login_sessions
from store.config import session
from webui.http.state import WebUi

HERE = Path(__file__).parents[1]
ANSWER_SECONDS = 120.0  # of a first look, on a machine with other work
MOST_TRIED = 1_000  # far more than there are
# What a person opens beyond the first link of its kind: other ranges, and what is typed.
MORE = (
    "/?range=24h", "/?range=7d", "/?range=30d", "/matrix?range=30d", "/numbers?range=30d", "/companies?range=24h",
    "/companies?range=30d", "/bypass?range=30d", "/devices/5", "/devices/5?range=30d", "/devices/5?part=hours",
    "/queries?verdict=BLOCK", "/queries?device=5", "/queries?name=youtube", "/queries?company=Google",
    "/queries/count", "/search?q=google", "/search/hits?q=google", "/explain?name=youtube.com",
    "/evidence/names?name=youtube.com", "/companies/Google", "/companies/Google?range=30d",
    "/companies/Google?part=hours", "/companies/Xiaomi", "/attention/count", "/home/live",
)  # fmt: skip
_LINK = re.compile(r"""(?:\bhref|\bhx-get|\bdata-(?:load|part|src))="(/[^"#]*)""")
_NO_PAGE = re.compile(r"^/(static|api|logout|login|setup)\b|/(tail|download|file|export[^/]*)(\?|$)")
_OF_ONE = re.compile(r"^/(companies|blocklists|services)/(?!packs|catalogue|add|rules)[^/]+")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one address: milliseconds of processor time, at first and of later looks; bytes of its last answer."""

    path: str
    first: float
    best: float
    middle: float
    size: int


class Timed(Protocol):
    """Whoever answers for an address with the milliseconds that it took, the status and the body."""

    def timed(self, path: str) -> tuple[float, int, str]: ...


class Serving:
    """The web UI's process over a state directory, and somebody who is logged in."""

    def __init__(self, state: Path, run: Path) -> None:
        """Starts it, and waits until it answers."""
        made = login_sessions.create_session(session.engine(state), "127.0.0.1")
        self._cookie = f"{WebUi(state, run, {}).cookie}={made.id}"
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self._port, fd = int(listening.getsockname()[1]), listening.fileno()
            command = [sys.executable, "-m", "webui.lean_start", "--state", str(state), "--run", str(run),
                       "--fd", str(fd)]  # fmt: skip
            self._process = subprocess.Popen(command, cwd=HERE, pass_fds=[fd], stderr=subprocess.DEVNULL)
        try:
            self.get("/login")
        except OSError:
            self.stop()
            raise

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)) as con:
            con.request("GET", path, headers={"Cookie": self._cookie, "Accept-Encoding": "gzip"})
            answer = con.getresponse()
            content = answer.read()
            packed = answer.headers.get("content-encoding") == "gzip"
            return answer.status, (gzip.decompress(content) if packed else content).decode(errors="replace")

    def timed(self, path: str) -> tuple[float, int, str]:
        """Milliseconds of the process's time, the status, the body."""
        begun = self._cpu_ms()
        status, body = self.get(path)
        return self._cpu_ms() - begun, status, body

    def _cpu_ms(self) -> float:
        """Of the whole process, threads that have ended too: its clock, as clock_getcpuclockid(3) names it."""
        return time.clock_gettime(~self._process.pid << 3 | 2) * 1000

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print, the dearest first."""
    parser = argparse.ArgumentParser(prog="python -m bench.page_times", description="What pages cost over a long log.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--looks", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], metavar="PATH", help="these alone, without following links")
    parser.add_argument("--markdown", action="store_true", help="a table as docs/page-times.md has it")
    given = parser.parse_args(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was measured by then is told all the same
    with tempfile.TemporaryDirectory(prefix="page-times-") as run:
        serving = Serving(given.state.resolve(), Path(run))
        costs = list[Cost]()
        try:
            for cost in measured(serving, given.only, given.looks):
                costs.append(cost)
        except KeyboardInterrupt:
            print("stopped: the rest of the pages was not looked at", file=sys.stderr)
        finally:
            serving.stop()
    costs.sort(key=lambda cost: -cost.best)
    if given.markdown:
        print("| page | best, ms | median, ms | first look, ms |\n| --- | --- | --- | --- |")
        for each in costs:
            print(f"| `GET {each.path}` | {each.best:.0f} | {each.middle:.0f} | {each.first:.0f} |")
    else:
        rows = [[each.path, round(each.best), round(each.middle), round(each.first), each.size] for each in costs]
        print(json.dumps({"machine": machine.describe(), "best, median, first look, bytes": rows}, indent=1))
    return 0


def measured(serving: Timed, only: Sequence[str], looks: int) -> Iterator[Cost]:
    """Each address as it is met: first looks are those of a person who comes by."""
    given = list(only or ("/", *MORE))
    waiting, tried, kinds = list(given), set[str](), set[str]()
    while waiting and len(tried) < MOST_TRIED:
        path = waiting.pop(0)
        if path in tried or (kind_of(path) in kinds and path not in given) or _NO_PAGE.search(path):
            continue
        tried.add(path)
        try:
            first, status, body = serving.timed(path)
        except TimeoutError:  # a stream
            print(f"{path}: no end of an answer", file=sys.stderr)
            continue
        if status != 200:
            continue
        kinds.add(kind_of(path))
        times = [serving.timed(path)[0] for _ in range(looks)]
        yield Cost(path, first, min(times), median(times), len(body))
        if not only:
            waiting += [html.unescape(link) for link in _LINK.findall(body)]


def kind_of(path: str) -> str:
    """Alike for addresses that differ in a number, a name, or a chosen value."""
    address, _, query = path.partition("?")
    alike = re.sub(r"/\d+", "/N", _OF_ONE.sub(r"/\1/X", address))
    words = sorted(re.sub(r"^(?!range|part|kind|verdict)(\w+)=.*", r"\1", word) for word in query.split("&"))
    return f"{alike}?{'&'.join(words)}"


if __name__ == "__main__":
    sys.exit(main())

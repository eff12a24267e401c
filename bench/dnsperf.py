# SPDX-License-Identifier: GPL-3.0-or-later
"""dnsperf as a function: it sends a file of queries and says how many came back."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OUTSTANDING = 100  # as many questions as a busy home has open at once; enough to keep a server busy
CLIENTS = 20  # sockets, so that the kernel spreads them over several workers
GRACE_SECONDS = 20
ANSWERS = ("NOERROR", "NXDOMAIN")


class DnsperfFailed(Exception):  # noqa: N818 - it names the thing
    """dnsperf said nothing that can be read; its last lines follow."""


@dataclass(frozen=True, slots=True)
class Ran:
    """Of one run: queries sent and answered, seconds, and answers by response code."""

    sent: int
    completed: int
    seconds: float
    rcodes: dict[str, int]

    @property
    def lost(self) -> int:
        return self.sent - self.completed

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.completed / self.seconds if self.seconds else 0.0


def shortfall(runs: Iterable[Ran], *, lost: bool = True) -> str:
    """What was not answered, and what was answered with an error, as a note beside a number: a server that fails fast
    is not fast. "" where all is well."""
    missed, failed = 0, Counter[str]()
    for ran in runs:
        missed += ran.lost
        failed.update({rcode: count for rcode, count in ran.rcodes.items() if rcode not in ANSWERS})
    notes = [f"{missed:,} lost"] if lost and missed else []
    return ", ".join([*notes, *(f"{count:,} {rcode}" for rcode, count in failed.items())])


def parse(output: str) -> Ran:
    """What the statistics at the end of dnsperf's output say; raises DnsperfFailed when there are none."""
    try:
        return Ran(
            sent=int(_number(output, "Queries sent")),
            completed=int(_number(output, "Queries completed")),
            seconds=_number(output, r"Run time \(s\)"),
            rcodes=_rcodes(output),
        )
    except LookupError:
        raise DnsperfFailed("\n".join(output.splitlines()[-5:])) from None


def command(port: int, queries: Path, *, seconds: float, core: int | None, limit: int = 0, loops: int = 0) -> list[str]:
    """The command line. `limit`: queries a second at most; `loops`: passes over the file at most (0: no bound)."""
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    bounds = [*(["-Q", str(limit)] if limit else []), *(["-n", str(loops)] if loops else [])]
    return [
        *pinned, "dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", str(queries), "-l", f"{seconds:g}", "-t", "2",
        "-c", str(CLIENTS), "-q", str(OUTSTANDING), *bounds,
    ]  # fmt: skip


def start(port: int, queries: Path, *, seconds: float, core: int | None, limit: int = 0) -> "subprocess.Popen[str]":
    """Start it and go on; `finish` waits for it."""
    line = command(port, queries, seconds=seconds, core=core, limit=limit)
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process: "subprocess.Popen[str]", seconds: float) -> Ran:
    """Wait for what `start` began."""
    try:
        return parse(process.communicate(timeout=seconds + GRACE_SECONDS)[0])
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise DnsperfFailed("dnsperf did not end in time") from None


def run(port: int, queries: Path, *, seconds: float, core: int | None, limit: int = 0, loops: int = 0) -> Ran:
    """Send the file, over and over unless `loops` says how often, for so many seconds."""
    line = command(port, queries, seconds=seconds, core=core, limit=limit, loops=loops)
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=seconds + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        raise DnsperfFailed("dnsperf did not end in time") from None
    return parse(done.stdout + done.stderr)


def _number(output: str, label: str) -> float:
    found = re.search(rf"^\s*{label}:\s+([\d.]+)", output, re.M)
    if not found:
        raise LookupError(label)
    return float(found[1])


def _rcodes(output: str) -> dict[str, int]:
    line = re.search(r"^\s*Response codes:\s+(.+)$", output, re.M)
    return {word: int(count) for word, count in re.findall(r"(\w+) (\d+) \(", line[1])} if line else {}

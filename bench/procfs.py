# SPDX-License-Identifier: GPL-3.0-or-later
"""What Linux says of a server's processes: processor time, memory, bytes written. Parsing is pure, reading below."""

import contextlib
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Stat:
    """Of /proc/PID/stat: the parent, and processor time in clock ticks, user and system together.

    The time of children that have ended is in it: else a sum over a family would fall when one of them ends; `ended`
    is theirs alone.
    """

    parent: int
    ticks: int
    ended: int = 0


def parse_stat(text: str) -> Stat:
    """The command stands in brackets and may hold anything, brackets too."""
    fields = text.rpartition(")")[2].split()
    return Stat(parent=int(fields[1]), ticks=sum(map(int, fields[11:15])), ended=sum(map(int, fields[13:15])))


def parse_pss(text: str) -> int:
    """KiB of /proc/PID/smaps_rollup: each shared page counts by its share. 0 for a process without memory."""
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def parse_private(text: str) -> int:
    """KiB of /proc/PID/smaps_rollup that are in memory for this process alone. 0 for a process without memory."""
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_Dirty:"))


def parse_io(text: str) -> int:
    """Bytes that a process had written to a disk, of /proc/PID/io: a page counts each time it becomes dirty anew.

    Pages of a file that was deleted before they were written are not subtracted; they would be written in daily life.
    """
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("write_bytes:")))


def family(stats: Mapping[int, Stat], root: int) -> list[int]:
    """The process and all that descend from it."""
    found, waiting = [], [root] if root in stats else []
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += [child for child, stat in stats.items() if stat.parent == pid]
    return sorted(found)


def all_stats() -> dict[int, Stat]:
    """Every process of the machine."""
    found = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):  # it has just ended
                found[int(entry.name)] = parse_stat((entry / "stat").read_text(errors="replace"))
    return found


def cpu_seconds(root: int) -> float:
    """Processor time of a process and all that ever descended from it; it never falls while the process lives."""
    stats = all_stats()
    return sum(stats[pid].ticks for pid in family(stats, root)) / os.sysconf("SC_CLK_TCK")


def pss_mib(root: int) -> float:
    """Memory of a process and its descendants in MiB. Raises PermissionError where they are somebody else's."""
    return sum(_pss_of(family(all_stats(), root))) / 1024


def written(pid: int) -> int:
    """Bytes that a process, and those of its children that have ended, had written to a disk."""
    return parse_io((_PROC / str(pid) / "io").read_text())


def name(pid: int) -> str:
    """What the kernel calls a process; ours are called by their roles. Raises OSError when it is gone."""
    return (_PROC / str(pid) / "comm").read_text().strip()


def names(root: int) -> list[str]:
    """Of a process and all that descend from it; one that has just ended is left out."""
    found = []
    for pid in family(all_stats(), root):
        with contextlib.suppress(OSError):
            found.append(name(pid))
    return found


def process_us(pid: int) -> float:
    """Processor time of a process, threads that have ended included, in microseconds: by the kernel's clock of it.

    Raises OSError when it is gone.
    """
    return time.clock_gettime(~pid << 3 | 2) * 1e6


def ended_us(pid: int) -> float:
    """Processor time of its children that have ended, in clock ticks but said in microseconds. Raises OSError."""
    return parse_stat((_PROC / str(pid) / "stat").read_text(errors="replace")).ended / os.sysconf("SC_CLK_TCK") * 1e6


def threads_us(pid: int) -> float:
    """Processor time of a process, all threads that it has now, in microseconds: finer than clock ticks."""
    total = 0
    for task in _tasks(pid):
        with contextlib.suppress(OSError):  # it has just ended
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1000


def wakeups(pid: int) -> int:
    """How often a process, all threads that it has now, waited for something."""
    total = 0
    for task in _tasks(pid):
        with contextlib.suppress(OSError):
            total += parse_waits((task / "status").read_text())
    return total


def parse_waits(text: str) -> int:
    """Voluntary context switches, of /proc/PID/task/TID/status."""
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("voluntary_")), 0)


def pss_kib(pid: int) -> int:
    """Memory of a process alone; 0 for one that has ended and was not waited for. Raises OSError when it is gone."""
    text = ""
    with contextlib.suppress(ProcessLookupError):  # so says the kernel of one that has no memory any more
        text = (_PROC / str(pid) / "smaps_rollup").read_text()
    return parse_pss(text)


def private_kib(pid: int) -> int:
    """What a process has written to, so that it shares it with none. Raises OSError when it is gone."""
    return parse_private((_PROC / str(pid) / "smaps_rollup").read_text())


def _tasks(pid: int) -> list[Path]:
    return list((_PROC / str(pid) / "task").iterdir())


def _pss_of(pids: Iterable[int]) -> Iterable[int]:
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield pss_kib(pid)

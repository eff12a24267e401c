# SPDX-License-Identifier: GPL-3.0-or-later
"""What the processes of a server take over a span of time: processor time, wake-ups, memory; by process and in all."""

from dataclasses import dataclass
from typing import Any

from bench import procfs


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one process so far: microseconds of processor time, wake-ups, and KiB that are its share.

    The time of its children that have ended is in it, so that a fork that does its work and ends is not free.
    """

    cpu_us: float
    wakeups: int
    pss_kib: int


def spent(root: int) -> dict[str, Spent]:
    """What each process of a family has taken so far, by its name."""
    parts: dict[str, Spent] = {}
    for pid in procfs.family(procfs.all_stats(), root):
        try:
            name = procfs.name(pid)
            parts[name if name not in parts else f"{name} {pid}"] = Spent(
                procfs.process_us(pid) + procfs.ended_us(pid), procfs.wakeups(pid), procfs.pss_kib(pid)
            )
        except OSError:  # it has just ended
            continue
    return parts


def cpu_us(before: dict[str, Spent], after: dict[str, Spent]) -> float:
    """Microseconds of all. What ended meanwhile is in its parent's account from then on, with all that it ever took."""
    return sum(part.cpu_us for part in after.values()) - sum(part.cpu_us for part in before.values())


def mib(parts: dict[str, Spent]) -> float:
    """Memory of all."""
    return round(sum(part.pss_kib for part in parts.values()) / 1024, 2)


def told(before: dict[str, Spent], after: dict[str, Spent], answered: int, seconds: float) -> dict[str, Any]:
    """Percent of a core, wake-ups a second, MiB, and microseconds a query; in all and by process."""
    parts = {
        role: {
            "percent": round((now.cpu_us - before[role].cpu_us) / seconds / 1e4, 3),
            "wakeups": round((now.wakeups - before[role].wakeups) / seconds, 2),
            "mib": round(now.pss_kib / 1024, 1),
        }
        for role, now in after.items() if role in before
    }  # fmt: skip
    took = cpu_us(before, after)
    query = {"query_us": round(took / answered, 1)} if answered else {}
    return {
        "percent": round(took / seconds / 1e4, 2),
        "wakeups": round(sum(part["wakeups"] for part in parts.values()), 2),
        "mib": mib(after),
        **query, "processes": parts,
    }  # fmt: skip

# SPDX-License-Identifier: GPL-3.0-or-later
"""Where and when a run was made: figures without that are worth nothing."""

import datetime as dt
import os
import platform
import re
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from native import finder

_HOUSE = Path(__file__).parents[1]
_CPUS = Path("/sys/devices/system/cpu")
_BUILDS = {
    "--enable-optimizations": "with a profile",
    "--with-lto": "link-time optimised",
    "--disable-gil": "without the lock",
    "--enable-experimental-jit": "with its own compiler",
}


def describe() -> dict[str, object]:
    """Machine, commit and date as they stand in a result."""
    finder.install()  # as the first of our modules that is imported does
    return {
        "cpu": cpu_model(Path("/proc/cpuinfo").read_text(errors="replace")) or platform.machine(),
        "cores": os.cpu_count() or 1,
        "usable_cores": len(os.sched_getaffinity(0)),
        "governors": governors(_CPUS),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "interpreter": sys._base_executable,  # type: ignore[attr-defined]
        "built": how_built(sysconfig.get_config_var("CONFIG_ARGS") or "", platform.python_compiler()),
        "compiled": way(finder.running()),
        "commit": _git("rev-parse", "--short=12", "HEAD") or "unknown",
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "load_before": os.getloadavg()[0],
    }


def governors(cpus: Path) -> list[str]:
    """Who sets the clock of the cores: `performance`, or one that slows them while little is asked (`ondemand`, as on a
    Pi). Empty where the kernel does not say, as in a virtual machine."""
    return sorted({file.read_text().strip() for file in cpus.glob("cpu[0-9]*/cpufreq/scaling_governor")})


def how_built(arguments: str, compiler: str) -> str:
    """What an interpreter says of its making: a profile and link-time optimisation are worth a third and more.

    Debian builds with both and does not say so; the measure of scripts/python_speed.py tells.
    """
    said = [words for option, words in _BUILDS.items() if option in arguments]
    return f"{compiler}, {', '.join(said) or 'of a profile or link-time optimisation it says nothing'}"


def way(running: finder.Running) -> str:
    """Whether the hot files run as machine code; the appliances of a run are started just as this process is."""
    if running.way == finder.Way.COMPILED:
        return f"compiled: {running.files} files" + (", datagrams" if running.datagrams else "")
    changed = f"{len(running.changed)} sources changed since" if running.changed else ""
    return ", ".join(filter(None, (f"plain ({running.way})" if running.way != finder.Way.PLAIN else "plain", changed,
                                   running.why)))  # fmt: skip


class Others:
    """What share of the machine's processor time went to processes that are not of this run."""

    def __init__(self) -> None:
        self._begun, self._busy, self._ours = time.monotonic(), _busy_seconds(), _own_seconds()

    def share(self) -> float:
        """From 0 to 1, since this was made. Exact once all that was started has ended."""
        busy, ours = _busy_seconds() - self._busy, _own_seconds() - self._ours
        return max(0.0, busy - ours) / max(0.001, (time.monotonic() - self._begun) * (os.cpu_count() or 1))


def parse_busy(stat: str) -> int:
    """Clock ticks of all cores that were not idle, from the first line of /proc/stat."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, stat.splitlines()[0].split()[1:9])
    return user + nice + system + irq + softirq + steal


def cpu_model(cpuinfo: str) -> str:
    """The processor's name: `model name` on x86, `Model` (of the board) on a Raspberry Pi."""
    for field in ("model name", "Model"):
        if found := re.search(rf"^{field}\s*: (.+)$", cpuinfo, re.M):
            return found[1].strip()
    return ""


def _busy_seconds() -> float:
    return parse_busy(Path("/proc/stat").read_text()) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    return sum(os.times()[:4])


def _git(*arguments: str) -> str:
    command = ["git", "-c", "safe.directory=*", *arguments]
    try:
        done = subprocess.run(command, cwd=_HOUSE, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

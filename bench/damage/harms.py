# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to an appliance. Each harm returns the moment from which on DNS has to answer."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.damage.appliance import Appliance

FILES = ("config.db", "config.db.bak", "index.bin", "querylog.db", "querylog.waiting")
ROLES = ("worker-1", "worker-2", "recorder", "webui")
LASTS_SECONDS = 1.5  # of what is cured later


@dataclass
class Bench:
    """What a harm works with; `cures` are undone after it, the last first.

    `forgets`: it hurts what was recorded until it is noticed.
    """

    appliance: Appliance
    chance: random.Random
    cures: list[Callable[[], object]] = field(default_factory=list)
    forgets: bool = False

    def some_file(self) -> Path:
        """A file of the state directory that is there, mostly one that matters, to be hurt."""
        there = [path for path in self.appliance.state.rglob("*") if path.is_file() and path.stat().st_size]
        named = [path for path in there if path.name.startswith(FILES)]
        path = self.chance.choice(named if named and self.chance.random() < 0.8 else there)
        self.forgets = path.name.startswith("querylog")
        return path


Harm = Callable[[Bench], float]


def kill_child(bench: Bench) -> float:
    """kill -9 of a worker, the recorder or the web UI."""
    _signal(bench, signal.SIGKILL)
    return time.monotonic()


def stop_child(bench: Bench) -> float:
    """A child hangs (SIGSTOP), and goes on later where nobody started it anew."""
    pid = _signal(bench, signal.SIGSTOP)
    if pid:
        bench.cures.append(lambda: _quietly(pid, signal.SIGCONT))
    return time.monotonic()


def kill_all(bench: Bench) -> float:
    """kill -9 of the supervisor; a new start."""
    bench.appliance.stop(signal.SIGKILL)
    return bench.appliance.start()


def stop_all(bench: Bench) -> float:
    """An ordinary stop and start."""
    bench.appliance.stop()
    return bench.appliance.start()


def full_disk(bench: Bench) -> float:
    """The disk is full while it runs."""
    _fill(bench)
    return time.monotonic()


def start_on_full_disk(bench: Bench) -> float:
    """The disk is full at the start."""
    bench.appliance.stop()
    _fill(bench)
    return bench.appliance.start()


def start_read_only(bench: Bench) -> float:
    """The disk can only be read at the start; later it can be written."""
    bench.appliance.stop()
    _remount(bench, "ro")
    bench.cures.append(lambda: _remount(bench, "rw"))
    return bench.appliance.start()


def failing_disk(bench: Bench) -> float:
    """Every read and write fails for a while (EIO)."""
    _fail(bench)
    return time.monotonic()


def start_on_failing_file(bench: Bench) -> float:
    """Reads and writes of one file fail from the start."""
    bench.appliance.stop()
    _fail(bench)
    return bench.appliance.start(failing=f"/{bench.chance.choice(FILES)}")


def torn_file(bench: Bench) -> float:
    """A file is cut short while nobody holds it."""
    bench.appliance.stop()
    path = bench.some_file()
    os.truncate(path, bench.chance.randrange(path.stat().st_size))
    return bench.appliance.start()


def flipped_bits(bench: Bench) -> float:
    """Some bits of a file are others than were written."""
    bench.appliance.stop()
    path = bench.some_file()
    data = bytearray(path.read_bytes())
    for _ in range(bench.chance.choice((1, 1, 8, 200))):
        data[bench.chance.randrange(len(data))] ^= 1 << bench.chance.randrange(8)
    path.write_bytes(data)
    return bench.appliance.start()


def taken_file(bench: Bench) -> float:
    """A file is deleted under the running appliance."""
    path = bench.some_file()
    if path.name == "querylog.db":  # its rows are to be counted all the same
        os.link(path, path.parent.parent / f"kept-{time.monotonic_ns()}")
    path.unlink(missing_ok=True)
    bench.cures.append(lambda: None)  # whoever writes into it looks once a second whether it is still there
    return time.monotonic()


def something_else(bench: Bench) -> float:
    """A directory or a FIFO stands where a file should."""
    bench.appliance.stop()
    path = bench.appliance.state / bench.chance.choice(FILES)
    if path.exists():
        path.rename(bench.appliance.disk / f"kept-{time.monotonic_ns()}")
    if bench.chance.random() < 0.5:
        path.mkdir()
        (path / "inside").touch()
    else:
        os.mkfifo(path)
    return bench.appliance.start()


def clock_jump(bench: Bench) -> float:
    """The clock is years off, and right again later."""
    _turn(bench)
    return time.monotonic()


def start_with_wrong_clock(bench: Bench) -> float:
    """A start years ahead or behind, as without a battery; the right time comes later."""
    bench.appliance.stop()
    _turn(bench)
    return bench.appliance.start()


HARMS: tuple[Harm, ...] = (
    kill_child, stop_child, kill_all, stop_all, full_disk, start_on_full_disk, start_read_only, failing_disk,
    start_on_failing_file, torn_file, flipped_bits, taken_file, something_else, clock_jump, start_with_wrong_clock,
)  # fmt: skip


def _signal(bench: Bench, signum: int) -> int | None:
    pid = bench.appliance.pid(bench.chance.choice(ROLES))
    if pid:
        _quietly(pid, signum)
    return pid


def _quietly(pid: int, signum: int) -> None:
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return


def _fill(bench: Bench) -> None:
    path = bench.appliance.disk / "filler"
    free = shutil.disk_usage(bench.appliance.disk).free
    try:
        path.write_bytes(bytes(free))
        with path.open("ab", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
    except OSError:
        pass  # full
    bench.cures.append(path.unlink)


def _remount(bench: Bench, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", bench.appliance.disk], check=True)


def _fail(bench: Bench) -> None:
    bench.appliance.failing.touch()
    bench.cures.append(bench.appliance.failing.unlink)


def _turn(bench: Bench) -> None:
    bench.appliance.turn_clock(bench.chance.choice((4000, 1000, -1000, -8000)))
    bench.cures.append(lambda: bench.appliance.turn_clock(0))

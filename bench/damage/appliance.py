# SPDX-License-Identifier: GPL-3.0-or-later
"""The appliance under test: on a small disk in memory, with a clock that can be turned and a disk that can fail."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from bench import procfs
from bench.servers import STOP_SECONDS, free_port
from store.base import status

DISK = "96m"
SETTLE_SECONDS = 30.0  # until what was answered is in the log, counts of what was lost included


class Appliance:
    """`telltale run` with two workers over `folder`/disk/state."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.disk, self.run = folder / "disk", folder / "run"
        self.state = self.disk / "state"
        self.output, self.failing, self._clock = folder / "output.log", folder / "failing", folder / "clock"
        self.port, self._web, self._upstream = free_port(), free_port(), upstream
        self.process: subprocess.Popen[bytes] | None = None
        self.disk.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", self.disk], check=True)
        self.turn_clock(0)
        self._shim = folder / "hurt.so"
        command = ["cc", "-shared", "-fPIC", "-o", self._shim, Path(__file__).with_name("hurt.c"), "-ldl"]
        subprocess.run(command, check=True)

    def start(self, failing: str = "") -> float:
        """Start it and return the moment; `failing`: what a path holds whose reads and writes `fail` from the start."""
        environ = {key: value for key, value in os.environ.items() if not key.startswith("TELLTALE_")}
        environ |= {
            "TELLTALE_RUN": str(self.run), "LD_PRELOAD": str(self._shim), "CLOCK_AHEAD": str(self._clock),
            "EIO_WHILE": str(self.failing), "EIO_PATH": failing or str(self.state),
        }  # fmt: skip
        command = [
            sys.executable, "-m", "appliance", "run", "--state", str(self.state), "--no-update", "--workers", "2",
            "--dns", f"127.0.0.1:{self.port}", "--web", f"127.0.0.1:{self._web}",
            "--upstream", f"127.0.0.1:{self._upstream}",
        ]  # fmt: skip
        begun = time.monotonic()
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=environ)
        return begun

    def stop(self, signum: int = signal.SIGTERM) -> None:
        """End it; with SIGKILL its children have to end by themselves."""
        if self.process is None:
            return
        family = procfs.family(procfs.all_stats(), self.process.pid)
        self.process.send_signal(signum)
        self.process.wait(STOP_SECONDS)
        self.process = None
        end = time.monotonic() + STOP_SECONDS
        while any(Path(f"/proc/{pid}").exists() for pid in family):
            if time.monotonic() > end:
                raise RuntimeError(f"{family} outlive the supervisor")
            time.sleep(0.02)

    def close(self) -> None:
        """End it and let its disk go."""
        self.stop()
        subprocess.run(["umount", self.disk], check=True)

    def turn_clock(self, days: int) -> None:
        """Days that its clock is ahead, from now on, in all its processes."""
        self._clock.write_text(f"{days * 86400}\n")

    def pid(self, role: str) -> int | None:
        """The process of a role."""
        supervisor = status.read(self.run).supervisor
        children = supervisor.children if supervisor else ()
        return next((child.pid for child in children if child.role == role and child.pid), None)

    def rows(self, label: str) -> int:
        """Rows of a round, in the log and in any that was put aside or taken away."""
        return self._sum(f"SELECT count(*) FROM queries WHERE name LIKE '%.{label}.example'")

    def dropped(self) -> int:
        """What these logs say was answered and not recorded."""
        return self._sum("SELECT COALESCE(sum(count), 0) FROM drops")

    def _sum(self, sql: str) -> int:
        logs = {*self.state.glob("querylog.db*"), *self.disk.glob("kept-*")}
        return sum(_count(path, sql) for path in logs if _is_log(path))


def _is_log(path: Path) -> bool:
    """Not what is beside a log, nor the pipe that a harm put in its place."""
    return path.is_file() and not path.name.endswith(("-wal", "-shm", "-journal"))


def _count(path: Path, sql: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as con:
            return int(con.execute(sql).fetchone()[0])
    except sqlite3.Error:
        return 0

# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server under test: started on a loopback port, pinned to its cores, waited for, and stopped."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import packets, procfs
from native import finder

START_SECONDS = 120.0  # a Pi that reads 1.6 million names into unbound
STOP_SECONDS = 15.0
WORDS_LINES = 5  # of a server that does not start
PORT_TRIES = 100
FIRST_PORT = 10_000  # that is chosen for a server; below, others have theirs
PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_WAIT = 0.02  # for an answer
UNLISTED = "localhost"  # a name that everybody answers, and on no list
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"  # where Debian puts servers, for everybody

_given: set[int] = set()  # of this process's, whose servers begin one after the other


class ServerFailed(Exception):  # noqa: N818 - it names the thing
    """A server did not start or did not answer; the sentence holds its last words."""


class Server(ABC):
    """One server. Each `start` begins with the lists it is given; what it keeps on disk stays until `remove`.

    `program`: its command, and `version` what makes that say which one it is.
    """

    name: str
    program: str = ""
    version: tuple[str, ...] = ()

    def __init__(self, folder: Path, cores: Sequence[int], upstream: int) -> None:
        self.folder, self.cores, self.upstream = folder, cores, upstream
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._has_lists = False
        folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def prepare(self, lists: Sequence[Path]) -> None:
        """Write what the server reads at its start."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command line, in the foreground."""

    @classmethod
    def why_not(cls) -> str:
        """Why it cannot be measured here; empty when it can."""
        return "" if found(cls.program) else "not installed"

    @classmethod
    def which(cls) -> str:
        """What it calls itself and its version: the first line that it says of it; empty where it says nothing."""
        command = [found(cls.program) or cls.program, *cls.version]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=STOP_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return next(iter((done.stdout + done.stderr).splitlines()), "").strip()

    def environ(self) -> dict[str, str]:
        """Variables for the server."""
        return {**os.environ, "PATH": PATH}

    def start(self, lists: Sequence[Path] = (), asked: str = UNLISTED) -> float:
        """Start it and return the seconds to its first answer, to a question for `asked`. Raises ServerFailed.

        With lists a name other than UNLISTED must be sinkholed: some answer long before they have read theirs.
        """
        self._has_lists = bool(lists)
        self.prepare(lists)
        return self.launch(asked)

    def launch(self, asked: str = UNLISTED) -> float:
        """As `start`, with what was prepared before."""
        self._refuse_a_strangers_port()
        begun = time.monotonic()
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                pinned(self.cores, self.command()), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=self.environ(),
            )  # fmt: skip
        taken = 0.0
        while not self._is_ready(asked, max(FIRST_WAIT, taken / 10)):
            taken = time.monotonic() - begun
            if self.process.poll() is not None or taken > START_SECONDS:
                self.stop()
                raise ServerFailed(f"{self.name} did not answer; {self._last_words()}")
        return time.monotonic() - begun

    def _refuse_a_strangers_port(self) -> None:
        """Somebody may have taken it since: what they answer would be taken for this server's."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                udp.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise ServerFailed(f"Somebody else has port {self.port}, meant for {self.name}.") from error

    def _last_words(self) -> str:
        """What it said last, in one line: its folder goes with the run."""
        lines = (self.folder / "output.log").read_text(errors="replace").split("\n")
        said = " / ".join(line.strip() for line in lines[-WORDS_LINES - 1 :] if line.strip())
        return f"it said last: {said}" if said else "it said nothing."

    def _is_ready(self, asked: str, seconds: float) -> bool:
        """Whether it answers in that time, and from its lists; the longer a start takes, the longer an answer may."""
        response = first_answer(self.port, asked, seconds)
        return response is not None and (packets.is_sinkholed(response) or not self._has_lists or asked == UNLISTED)

    def stop(self) -> None:
        """End it and whatever it started; safe to call twice."""
        process, self.process = self.process, None
        if process is None:
            return
        pids = procfs.family(procfs.all_stats(), process.pid)
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()

    def remove(self) -> None:
        """Stop it and delete all that it wrote."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} is not running"
        return self.process.pid

    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far."""
        return procfs.cpu_seconds(self.pid)

    def pss_mib(self) -> float:
        """Memory of all its processes."""
        return procfs.pss_mib(self.pid)


def without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables without Telltale's, but for the one that says whether machine code runs: it holds for a whole run."""
    return {key: value for key, value in environ.items() if not key.startswith("TELLTALE_") or key == finder.VARIABLE}


def pinned(cores: Sequence[int], command: Sequence[str]) -> list[str]:
    """The command on these cores alone; on any without some."""
    return ["taskset", "-c", ",".join(map(str, cores)), *command] if cores else list(command)


def found(command: str) -> str | None:
    """Where a server's program is, Debian's sbin included."""
    return shutil.which(command, path=PATH)


def free_port() -> int:
    """A port that nobody has now, on UDP and TCP: below those that the kernel gives to whoever asks from any, of which
    hundreds are in use while something is measured, and this one perhaps before it is taken."""
    lowest = max(int(PORT_RANGE.read_text().split()[0]), FIRST_PORT + PORT_TRIES)
    for port in random.sample(range(FIRST_PORT, lowest), PORT_TRIES):
        if port in _given:
            continue
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp,
            contextlib.suppress(OSError),  # somebody has it
        ):  # fmt: skip
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
            _given.add(port)
            return port
    raise ServerFailed("No port is free on both UDP and TCP.")


def first_answer(port: int, name: str, seconds: float = FIRST_WAIT) -> bytes | None:
    """The response to an A query, or None when there is none in time. A closed port waits too."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(seconds)
        try:
            sock.connect(("127.0.0.1", port))
            sock.send(packets.query(name))
            return sock.recv(4096)
        except TimeoutError:
            return None
        except OSError:  # refused: nobody listens yet
            time.sleep(FIRST_WAIT / 4)
            return None

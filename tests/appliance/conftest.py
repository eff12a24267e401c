# SPDX-License-Identifier: GPL-3.0-or-later
"""A state directory with packs and an index, and the appliance itself on loopback ports of its own."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.start import prepare
from store.base import db

# Nothing that the person at this machine has set may reach a test.
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("TELLTALE_")}


@pytest.fixture(autouse=True)
def clean_environment() -> Iterator[None]:
    """The command sets variables for what it calls; none outlives its test."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(CLEAN)
    yield
    os.environ.clear()
    os.environ.update(before)


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on a prepared state directory, in this process: (exit code, output, errors)."""

    def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        os.environ["TELLTALE_STATE"] = str(state)
        os.environ["TELLTALE_RUN"] = str(state / "run")
        code = main.main(arguments)
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out, said.err

    return run


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory as the first start leaves it; not to be changed."""
    state = tmp_path_factory.mktemp("prepared")
    db.open_config(state)
    prepare.prepare(state, {})
    return state


@pytest.fixture
def state(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed at will."""
    copy = tmp_path / "state"
    shutil.copytree(prepared, copy)
    return copy


@pytest.fixture
def telltale(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command, run to its end. However wrong its arguments are, nobody ever sees a traceback."""

    def run(*arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "appliance", *arguments]
        env = {"TELLTALE_RUN": str(tmp_path / "run"), **CLEAN, **environ}
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, env=env)
        assert "Traceback" not in done.stderr + done.stdout
        return done

    return run


class Appliance:
    """A running `telltale run` on a port of its own, with its log in a file."""

    def __init__(self, state: Path, folder: Path, *arguments: str) -> None:
        self.state, self.port, self.web = state, free_port(), free_port()
        self.log = folder / f"log-{self.port}"
        command = [sys.executable, "-m", "appliance", "run", "--state", str(state), "--no-update", "--workers", "1"]
        command += ["--dns", f"127.0.0.1:{self.port}", "--web", f"127.0.0.1:{self.web}", "--upstream", "127.0.0.1:9"]
        environ = {**CLEAN, "TELLTALE_RUN": str(folder / f"run-{self.port}")}
        with self.log.open("w") as file:
            self.process = subprocess.Popen([*command, *arguments], stdout=file, stderr=file, env=environ)

    def stop(self, signum: int = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        return self.process.wait(timeout=20)

    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
def appliance(tmp_path: Path) -> Iterator[Callable[..., Appliance]]:
    started: list[Appliance] = []

    def start(state: Path, *arguments: str) -> Appliance:
        started.append(Appliance(state, tmp_path, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        assert "Traceback" not in one.said()


def free_port() -> int:
    """A port that nobody has now, on UDP and TCP: upstreams' sockets hold hundreds while others test a resolver."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(("127.0.0.1", tcp.getsockname()[1]))
            except OSError:
                continue
            return int(tcp.getsockname()[1])


@pytest.fixture
def until() -> Callable[..., None]:
    def wait(condition: Callable[[], object], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come to pass"
            time.sleep(0.05)

    return wait

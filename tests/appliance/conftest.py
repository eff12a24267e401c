# SPDX-License-Identifier: GPL-3.0-or-later
"""A state directory with packs and an index, and the appliance itself on loopback ports of its own."""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_appliance import Command, RunningAppliance, StartAppliance, Telltale

from appliance.cli import main
from appliance.start import prepare
from blocklists.packs import seed_lists
from blocklists.update.updater import Updater
from store.base import db
from store.config import lists, session


@pytest.fixture
def command(state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on a prepared state directory, in this process."""

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
    lists.sync_blocklists(session.engine(state), seed_lists.seeds())
    updater = Updater(state, state / "run", {})
    updater.work(fetching=False)  # `prepare` would start a process for it
    updater.watcher.close()
    prepare.prepare(state, {})
    return state


@pytest.fixture
def state(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed at will."""
    copy = tmp_path / "state"
    shutil.copytree(prepared, copy)
    return copy


@pytest.fixture
def telltale(tmp_path: Path) -> Telltale:
    """The command, run to its end. However wrong its arguments are, nobody ever sees a traceback."""

    def run(*arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "appliance", *arguments]
        env = {**os.environ, "TELLTALE_RUN": str(tmp_path / "run"), **environ}
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, env=env)
        assert "Traceback" not in done.stderr + done.stdout
        return done

    return run


@pytest.fixture
def appliance(tmp_path: Path) -> Iterator[StartAppliance]:
    """Starts appliances; they are gone afterwards, and none has met an error that nobody foresaw."""
    started: list[RunningAppliance] = []

    def start(state: Path, *arguments: str) -> RunningAppliance:
        started.append(RunningAppliance(state, tmp_path, *arguments))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()
        assert "Traceback" not in running.said()

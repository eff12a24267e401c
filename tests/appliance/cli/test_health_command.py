# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale health` on its own: what it prints, its exit code, and that it starts quickly."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import health_command
from appliance.errors import Complaint
from store.base import status
from store.base.process_status import ChildState, ChildStatus, RecorderStatus, SupervisorStatus
from wire import stub
from wire.message import Response


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setenv("TELLTALE_RUN", str(folder))
    monkeypatch.setenv("TELLTALE_STATE", str(tmp_path))
    return folder


def dns(monkeypatch: pytest.MonkeyPatch, answer: Response | None) -> list[Any]:
    """How DNS answers; where it is asked is noted."""
    asked: list[Any] = []

    def ask(name: str, server: tuple[str, int], **_: Any) -> Response | None:
        asked.append((name, server))
        return answer

    monkeypatch.setattr(stub, "ask", ask)
    return asked


def publish(run: Path, *children: ChildStatus) -> None:
    status.publish(run, "supervisor", SupervisorStatus(dns=("0.0.0.0:5300",), children=children))
    status.publish(run, "recorder", RecorderStatus())


def test_it_asks_where_the_appliance_is_bound(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = dns(monkeypatch, Response(0, b"", (0, 0, 0)))
    publish(run)
    assert health_command.main([]) == 0
    assert asked == [("_health.telltale", ("127.0.0.1", 5300))]
    first, *problems = capsys.readouterr().out.splitlines()
    assert first.startswith("ok: DNS on 127.0.0.1:5300 answers in ") and first.endswith(" ms")
    assert problems == []


def test_a_child_that_keeps_ending_is_named_with_the_cure(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dns(monkeypatch, Response(0, b"", (0, 0, 0)))
    publish(run, ChildStatus("updater", state=ChildState.FAILING), ChildStatus("webui"))
    assert health_command.main([]) == 0
    first, sentence, cure = capsys.readouterr().out.splitlines()
    assert first.startswith("degraded: ")
    assert sentence == "  “updater” keeps ending and is started again."
    assert cure.startswith("    → ") and "log" in cure


def test_who_sleeps_is_named_and_is_no_problem(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dns(monkeypatch, Response(0, b"", (0, 0, 0)))
    publish(run, ChildStatus("updater"), ChildStatus("webui", state=ChildState.ASLEEP))
    assert health_command.main([]) == 0
    first, *more = capsys.readouterr().out.splitlines()
    assert first.startswith("ok: ") and more == ["  webui: asleep"]
    assert health_command.main(["--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["asleep"] == ["webui"] and said["problems"] == []


def test_nobody_answers(run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    dns(monkeypatch, None)
    assert health_command.main(["--state", str(run.parent), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["dns"], said["server"], said["milliseconds"]) == ("down", "down", "127.0.0.1:53", None)
    assert [problem["id"] for problem in said["problems"]] == ["dns_silent", "not_running"]
    assert health_command.main([]) == 1
    assert capsys.readouterr().out.startswith("down: DNS on 127.0.0.1:53 does not answer\n")


def test_another_server_on_the_port_is_not_taken_for_us(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nxdomain = 3
    dns(monkeypatch, Response(nxdomain, b"", (0, 0, 0)))
    assert health_command.main([]) == 1
    assert "does not answer" in capsys.readouterr().out


def test_nothing_that_a_file_holds_steers_the_terminal(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dns(monkeypatch, Response(0, b"", (0, 0, 0)))
    status.publish(run, "supervisor", SupervisorStatus(warnings=("\x1b[31mred\nline",)))
    status.publish(run, "recorder", RecorderStatus())
    health_command.main([])
    assert capsys.readouterr().out.splitlines()[1] == "  [31mred line"


STAT = Path.stat


def refuse(path: Path, **how: bool) -> os.stat_result:
    if path.name == "config.db":
        raise PermissionError(errno.EACCES, "Permission denied", str(path))
    return STAT(path, **how)


def test_who_may_not_look_is_told_so_and_not_that_nothing_runs(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dns(monkeypatch, None)
    monkeypatch.setattr(Path, "stat", refuse)
    for arguments in ([], ["--dns"], ["--json"]):
        with pytest.raises(Complaint, match="are you the user that runs Telltale"):
            health_command.main(arguments)


def test_where_it_runs_all_the_same_health_is_told(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dns(monkeypatch, Response(0, b"", (0, 0, 0)))
    publish(run)
    monkeypatch.setattr(Path, "stat", refuse)
    assert health_command.main(["--dns"]) == 0


@pytest.mark.process
def test_it_loads_no_large_library() -> None:
    """A container asks every half minute."""
    code = "import sys, appliance.cli.main, appliance.cli.health_command; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "appliance" in loaded
    assert not loaded & {"typer", "rich", "click", "fastapi", "pydantic", "sqlmodel", "sqlalchemy", "uvicorn", "dnslib"}


@pytest.mark.parametrize(
    ("supervisor", "recorder", "code"),
    [
        (SupervisorStatus(), RecorderStatus(), 0),
        (SupervisorStatus(read_only=True), RecorderStatus(), 1),
        (SupervisorStatus(), RecorderStatus(error="the query log cannot be written (full)"), 1),
        (SupervisorStatus(fallbacks=("index/current.idx cannot be used.",)), RecorderStatus(), 0),
    ],
)
def test_it_exits_with_one_where_nothing_can_be_recorded(
    run: Path, monkeypatch: pytest.MonkeyPatch, supervisor: SupervisorStatus, recorder: RecorderStatus, code: int,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    status.publish(run, "supervisor", supervisor)
    status.publish(run, "recorder", recorder)
    monkeypatch.setattr("resolver.probe.ask", lambda server, name: 1.0)
    assert health_command.main([]) == code
    assert ("degraded" in capsys.readouterr().out) == bool(code or supervisor.fallbacks)


@pytest.mark.parametrize(
    ("supervisor", "recorder"),
    [
        (SupervisorStatus(read_only=True), RecorderStatus()),
        (SupervisorStatus(), RecorderStatus(error="the query log cannot be written (full)")),
    ],
)
def test_a_container_is_healthy_as_long_as_dns_answers(
    run: Path, monkeypatch: pytest.MonkeyPatch, supervisor: SupervisorStatus, recorder: RecorderStatus,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    status.publish(run, "supervisor", supervisor)
    status.publish(run, "recorder", recorder)
    monkeypatch.setattr("resolver.probe.ask", lambda server, name: 1.0)
    assert health_command.main(["--dns"]) == 0
    assert capsys.readouterr().out.startswith("degraded: "), "and what is wrong is told all the same"
    monkeypatch.setattr("resolver.probe.ask", lambda server, name: None)
    assert health_command.main(["--dns", "--json"]) == 1


def test_what_watches_a_container_asks_for_dns_alone() -> None:
    """Whatever restarts an unhealthy container (Swarm, Podman's --health-on-failure) would take DNS away."""
    house = Path(health_command.__file__).parents[2]
    for file in ("Dockerfile", "deploy/compose.yaml"):
        assert '"telltale", "health", "--dns"]' in (house / file).read_text(), file

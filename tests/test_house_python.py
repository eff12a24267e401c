# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interpreter `make run` takes: the fastest that a service could read too, and no other while .venv stands."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE / "scripts"))

import python_speed  # noqa: E402 - of scripts, which are no package

TOOLS = ("sh", "awk", "cat", "cksum", "dirname", "head", "rm", "tr", "mkdir", "cp", "timeout", "touch")
# Speaks as an interpreter does to the scripts, and writes down what it was asked for.
STAND_IN = """#!/bin/sh
printf '%s %s\\n' {name} "$*" >>{asked}
case "$*" in
    *" look") {look} ;;
    *" measure") echo '{nanoseconds} {version} {path}' ;;
    -V) echo 'Python {version}' ;;
    "-m venv "*) mkdir -p "$3/bin" && cp {path} "$3/bin/python" ;;
    "-m pip "*) {pip} ;;
esac
"""


class Machine:
    """PATH with interpreters that only look like it, and a checkout's scripts."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.tools, self.asked = folder / "checkout", folder / "tools", folder / "asked"
        self.folders: list[Path] = []
        self.tools.mkdir()
        for tool in TOOLS:
            (self.tools / tool).symlink_to(shutil.which(tool) or tool)
        shutil.copytree(HOUSE / "scripts", self.checkout / "scripts")
        for name in ("requirements.lock", "requirements-build.lock", "requirements-dev.lock", "pyproject.toml"):
            (self.checkout / name).write_text(name)

    def put(self, name: str, version: str, nanoseconds: int, *, look: str = "", pip: str = ":") -> Path:
        """An interpreter in a folder of its own, behind the others on PATH."""
        folder = self.tools.parent / f"bin{len(self.folders)}"
        folder.mkdir()
        self.folders.append(folder)
        path = folder / name
        path.write_text(STAND_IN.format(
            name=name, asked=self.asked, look=look or f"echo {path}", nanoseconds=nanoseconds, version=version,
            path=path, pip=pip,
        ))  # fmt: skip
        path.chmod(0o755)
        return path

    def run(self, *command: str, python: str | None = None) -> "subprocess.CompletedProcess[str]":
        env = {"PATH": ":".join(map(str, (*self.folders, self.tools)))}
        given = {} if python is None else {"PYTHON": python}
        return subprocess.run(
            ["sh", *command], cwd=self.checkout, env={**env, **given}, capture_output=True, text=True, check=False
        )

    def fastest(self) -> list[str]:
        return [line.split()[2] for line in self.run("scripts/choose-python.sh", "fastest").stdout.splitlines()]

    def environments(self) -> list[str]:
        """By which interpreters one was made, in turn."""
        return [line.split()[0] for line in self.asked.read_text().splitlines() if " -m venv " in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.process
def test_the_fastest_is_first_and_who_will_not_do_is_none(machine: Machine) -> None:
    slow = machine.put("python3", "3.11.2", 2000)
    fast = machine.put("python3.12", "3.12.1", 1000)
    machine.put("python3.13", "3.13.0", 10, look="exit 1")
    machine.put("python3.9", "3.9.1", 10)
    assert machine.fastest() == [str(fast), str(slow)]
    assert machine.run("scripts/choose-python.sh", "first").stdout == f"{slow}\n"


@pytest.mark.process
def test_a_twentieth_is_noise_and_two_names_of_one_are_one(machine: Machine) -> None:
    usual = machine.put("python3", "3.11.2", 1040)
    machine.put("python3.11", "3.11.2", 1, look=f"echo {usual}")
    other = machine.put("python3.12", "3.12.1", 1000)
    assert machine.fastest() == [str(usual), str(other)]


@pytest.mark.process
def test_folders_on_path_are_called_anything(machine: Machine) -> None:
    odd = machine.tools.parent / "my [own] * tools"
    odd.mkdir()
    (odd / "python3.14").symlink_to("nowhere")
    (odd / "python3.15").mkdir()
    machine.folders.append(odd)
    machine.folders.append(Path())
    path = machine.put("python3", "3.11.2", 1000)
    path.rename(odd / "python3")
    path.symlink_to(odd / "python3")
    path.with_name("python3.13").symlink_to("/bin/true")
    assert machine.fastest() == [str(path)]


@pytest.mark.process
def test_where_there_is_none_nothing_is_said(machine: Machine) -> None:
    for how in ("first", "fastest"):
        done = machine.run("scripts/choose-python.sh", how)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.process
def test_an_environment_is_made_by_the_fastest_and_stays(machine: Machine) -> None:
    machine.put("python3", "3.11.2", 2000)
    machine.put("python3.12", "3.12.1", 1000)
    for _ in range(2):
        assert machine.run("scripts/venv.sh", "run").returncode == 0
    assert machine.environments() == ["python3.12"]
    machine.put("python3.13", "3.13.0", 500)
    assert machine.run("scripts/venv.sh", "run").returncode == 0
    assert machine.environments() == ["python3.12"], "an environment that stands is not made anew"
    (machine.checkout / "requirements.lock").write_text("other packages")
    assert machine.run("scripts/venv.sh", "run").returncode == 0
    assert machine.environments() == ["python3.12", "python3.13"]


@pytest.mark.process
def test_whoever_names_one_gets_that(machine: Machine) -> None:
    machine.put("python3", "3.11.2", 2000)
    machine.put("python3.12", "3.12.1", 1000)
    for python in ("python3", "python3", ""):  # empty: none is named, and what stands is kept
        assert machine.run("scripts/venv.sh", "run", python=python).returncode == 0
    assert machine.environments() == ["python3"]


@pytest.mark.process
def test_where_packages_cannot_be_had_for_the_fastest_the_next_is_taken(machine: Machine) -> None:
    machine.put("python3", "3.11.2", 2000)
    machine.put("python3.15", "3.15.0", 1000, pip="exit 1")
    done = machine.run("scripts/venv.sh", "run")
    assert done.returncode == 0, done.stderr
    assert machine.environments() == ["python3.15", "python3"]


@pytest.mark.process
def test_one_of_somebody_elses_is_named_in_one_sentence(machine: Machine) -> None:
    """Root has called make here, perhaps."""
    machine.put("python3", "3.11.2", 2000)
    (machine.tools / "rm").unlink(missing_ok=True)
    (machine.tools / "rm").write_text("#!/bin/sh\nseq 1 900 >&2\nexit 1\n")
    (machine.tools / "rm").chmod(0o755)
    for python in ("", "python3"):
        done = machine.run("scripts/venv.sh", "run", python=python)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith(".venv cannot be made anew: it belongs to somebody else")
        assert len(done.stderr.splitlines()) < 5
        assert not machine.environments()


@pytest.mark.process
def test_an_environment_for_tests_serves_whatever_made_it(machine: Machine) -> None:
    machine.put("python3", "3.11.2", 2000)
    machine.put("python3.12", "3.12.1", 1000)
    assert machine.run("scripts/venv.sh", "dev", python="python3").returncode == 0
    assert machine.run("scripts/venv.sh", "run").returncode == 0
    assert machine.environments() == ["python3"]


@pytest.mark.process
@pytest.mark.parametrize(("given", "python"), [((), ""), (("PYTHON=python3.12",), "python3.12")])
def test_make_names_one_only_when_it_is_told(given: Sequence[str], python: str) -> None:
    env = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["make", "-n", "run", *given], cwd=HOUSE, capture_output=True, text=True, check=True, env=env
    )
    assert f'PYTHON="{python}" sh scripts/venv.sh run' in done.stdout


def test_a_home_is_read_by_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "python3"
    mine.touch()
    assert "temporary" in python_speed.why_hidden(mine, 0, Path("/root"))
    monkeypatch.setattr(python_speed, "PASSING", ())
    assert "everybody" in python_speed.why_hidden(mine, 0, Path("/root")), "pytest's folders are closed to others"
    (tmp_path / "home").symlink_to(tmp_path)
    monkeypatch.setattr(python_speed, "HOMES", (*python_speed.HOMES, tmp_path / "home"))
    assert "in a home" in python_speed.why_hidden(mine, 0, Path("/root")), "/home may be a link to another disk"
    assert not python_speed.why_hidden(mine, 1000, tmp_path)
    assert python_speed.why_hidden(Path("/home/anna/python3"), 1000, Path("/home/berta"))
    assert not python_speed.why_hidden(Path("/home/berta/python3"), 1000, Path("/home/berta"))
    assert python_speed.why_hidden(Path("/root/python3"), 0, Path("/root")), "root's home is not the service's"
    assert not python_speed.why_hidden(Path("/bin/sh").resolve(), 0, Path("/root"))


def test_what_is_measured_is_our_own_work() -> None:
    assert python_speed.measure(0.01) > 0

# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine code is taken when it was made of these very sources, and never otherwise.

A library that some package ships stands in for machine code of ours: making some takes a compiler.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from source_files import HOUSE

from native.finder import VARIABLE, Finder, Running, Way, why_not
from native.manifest import GROUP, Manifest, hash_of

NAME = "made._xxhash"  # a module's name ends as its library begins


class Made:
    """A house with one hot file and its machine code."""

    def __init__(self, house: Path) -> None:
        spec = importlib.util.find_spec("xxhash._xxhash")
        assert spec and spec.origin
        self.house, self.built = house, house / "built"
        (self.built / "made").mkdir(parents=True)
        self.source = house / "hot.py"
        self.source.write_text("x = 1\n")
        shutil.copy(spec.origin, self.built / "made" / "hot.so")

    def finder(self, **more: str) -> Finder:
        libraries = {"made/hot.so": hash_of(self.built / "made/hot.so")}
        manifest = Manifest({"hot.py": hash_of(self.source)}, libraries, {NAME: "made/hot.so", **more})
        return Finder(self.built, manifest, self.house)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_machine_code_of_these_sources_is_taken(made: Made) -> None:
    finder = made.finder()
    spec = finder.find_spec(NAME)
    assert spec and spec.loader and spec.origin == str(made.built / "made/hot.so")
    assert importlib.util.module_from_spec(spec).__name__ == NAME
    assert finder.running().way == Way.COMPILED and finder.running().files == 1


def test_machine_code_for_a_newer_processor_is_left_alone(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    finder = made.finder()
    finder._manifest = replace(finder._manifest, arm=7)
    monkeypatch.setattr("os.uname", lambda: SimpleNamespace(machine="armv6l"))
    assert finder.find_spec(NAME) is None and finder.running().way == Way.BROKEN
    assert "ARMv7" in why_not(finder.running()) and "armv6l" in why_not(finder.running())


def test_other_modules_are_left_to_others(made: Made) -> None:
    finder = made.finder()
    assert finder.find_spec("made") is None and finder.find_spec("json") is None


def test_machine_code_of_another_source_is_never_taken(made: Made) -> None:
    finder = made.finder()
    made.source.write_text("x = 2\n")
    assert finder.find_spec(NAME) is None
    assert finder.running().way == Way.STALE and finder.running().changed == ("hot.py",)
    assert finder.running().files == 0


def test_a_source_that_changes_later_changes_no_running_process(made: Made) -> None:
    finder = made.finder()
    assert finder.find_spec(NAME)
    made.source.write_text("x = 2\n")
    assert finder.find_spec(NAME), "half of one and half of the other would be worse than either"


@pytest.mark.parametrize("damage", ["garbage", "gone", "empty"])
def test_a_library_that_does_not_load_leaves_all_to_the_plain_files(
    made: Made, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, GROUP, raising=False)  # these tests may run compiled themselves
    library = made.built / "group.so"
    if damage != "gone":
        library.write_bytes(b"\x7fELF and nothing more" if damage == "garbage" else b"")
    finder = made.finder(**{GROUP: "group.so"})
    assert finder.find_spec(NAME) is None
    assert finder.running().way == Way.BROKEN and str(library) in finder.running().why


@pytest.mark.parametrize("left", ["half", "zeros", "nothing"])
def test_a_library_that_was_half_written_is_never_mapped(made: Made, left: str) -> None:
    """The loader would map it, and whoever then calls what is missing is killed."""
    finder = made.finder()
    library = made.built / "made" / "hot.so"
    whole = library.read_bytes()
    library.write_bytes({"half": whole[: len(whole) // 2], "zeros": bytes(len(whole)), "nothing": b""}[left])
    assert finder.find_spec(NAME) is None
    assert finder.running() == Running(Way.BROKEN, why="made/hot.so is damaged")


def test_after_a_plain_hot_module_none_is_taken(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, NAME, sys)
    finder = made.finder()
    assert finder.running().way == Way.BROKEN and NAME in finder.running().why


def start(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=HOUSE, env={"PATH": "/usr/bin", **environ}, capture_output=True, text=True
    )


@pytest.mark.process
@pytest.mark.parametrize("wish", ["off", "OFF", "false", " 0 "])
def test_the_plain_files_run_where_that_is_wished(wish: str) -> None:
    code = "import wire.names; from native.finder import running; print(running().way, wire.names.__file__)"
    done = start(code, **{VARIABLE: wish})
    assert done.stdout == f"off {HOUSE / 'wire/names.py'}\n", done.stderr


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("a.py",), "a.py has changed since `make compiled`: call it again"),
        (("a.py", "b.py"), "a.py and 1 more have changed since `make compiled`: call it again"),
    ],
)
def test_whoever_builds_is_told_what_changed(changed: tuple[str, ...], said: str) -> None:
    assert why_not(Running(Way.STALE, changed=changed)) == said


@pytest.mark.process
@pytest.mark.parametrize("wish", ["on", "True"])
def test_where_machine_code_is_wished_and_not_there_a_sentence_says_why(tmp_path: Path, wish: str) -> None:
    code = f"import native.finder, pathlib; native.finder.BUILT = pathlib.Path({str(tmp_path)!r}); import wire.names"
    done = start(code, **{VARIABLE: wish})
    assert done.returncode == 1 and not done.stdout
    assert done.stderr == f"{VARIABLE}=on, yet there is no machine code in {tmp_path}: `make compiled` makes it.\n"

# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of hot files is true, and what they lean on is found."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from source_files import HOUSE

from native.sources import hot_files, leaned_on


def test_the_list_names_files_that_are_there_once_each() -> None:
    paths = hot_files(HOUSE)
    assert len(paths) == len(set(paths))
    assert not [path for path in paths if not (HOUSE / path).is_file()]
    assert not [path for path in paths if path.endswith("__init__.py")], "a room's story is no work"


def test_what_is_imported_at_any_depth_counts(tmp_path: Path) -> None:
    (tmp_path / "room" / "wing").mkdir(parents=True)
    (tmp_path / "room/hot.py").write_text("import sys\nfrom room.wing import middle\n")
    (tmp_path / "room/wing/middle.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from room.types import Word\n"
    )
    (tmp_path / "room/types.py").write_text("import room.hot\nWord = int\n")
    (tmp_path / "room/other.py").write_text("import room.hot\n")
    assert leaned_on(tmp_path, ["room/hot.py"]) == {"room/hot.py", "room/wing/middle.py", "room/types.py"}


def test_what_the_appliance_alone_installs_is_enough_to_compile() -> None:
    """Who compiles has no tools for tests and no extras: the type checker finds what is imported, or may miss it."""
    locked = set(re.findall(r"^([\w.-]+)==", (HOUSE / "requirements.lock").read_text(), re.MULTILINE))
    mypy = tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["mypy"]
    overrides = [override for override in mypy["overrides"] if override.get("ignore_missing_imports")]
    may_miss = {name.removesuffix(".*") for override in overrides for name in override["module"]}
    rooms = {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    packages = packages_distributions()
    for path in sorted(leaned_on(HOUSE, hot_files(HOUSE))):
        for package in imported_packages((HOUSE / path).read_text()) - sys.stdlib_module_names - rooms - may_miss:
            assert locked & {name.lower() for name in packages[package]}, f"{path} imports {package}"


@pytest.mark.parametrize("path", hot_files(HOUSE))
def test_a_hot_file_does_nothing_that_machine_code_does_otherwise(path: str) -> None:
    otherwise = list(read_otherwise((HOUSE / path).read_text()))
    assert not otherwise, "docs/decisions.md says why: “Compiled is a choice”"


def test_what_machine_code_does_otherwise_is_seen() -> None:
    source = """
class Wheel:
    def sweep(self):
        assert self.items
        self.timer = None
        self.call()
        if self.timer is None:
            self.begin()

    def stop(self):
        if self.timer.over:
            self.timer = None
            return
        self.timer.cancel()
        self.timer, self.items = None, ()
"""
    assert sorted(read_otherwise(source)) == ["4: an assert", "7: self.timer, which was set to None before"]


def imported_packages(source: str) -> set[str]:
    """The first words of what is imported anywhere in it."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names}


def read_otherwise(source: str) -> Iterator[str]:
    """Where machine code and Python may part: asserts, which `python -O` leaves out of the one alone; and an attribute
    that is read after it was set to None, of which a type checker, and so machine code, believes that no call in
    between has made something else."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            yield f"{node.lineno}: an assert"
        if isinstance(node, ast.FunctionDef):
            emptied = list(_emptied(node))
            for read in ast.walk(node):
                if isinstance(read, ast.Attribute) and isinstance(read.ctx, ast.Load):
                    text, line = ast.unparse(read), read.lineno
                    if any(text == name and start < line <= end for name, start, end in emptied):
                        yield f"{line}: {text}, which was set to None before"


def _emptied(function: ast.FunctionDef) -> Iterator[tuple[str, int, int]]:
    """(an attribute that is set to None, where, the last line that may come after)."""
    for node in ast.walk(function):
        for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
            for statement in block if isinstance(block, list) else ():
                if isinstance(statement, ast.Assign):
                    leaves = isinstance(block[-1], ast.Return | ast.Raise | ast.Continue)
                    end = (block[-1] if leaves else function).end_lineno or 0
                    for target in _set_to_none(statement):
                        yield target, statement.lineno, end


def _set_to_none(statement: ast.Assign) -> Iterator[str]:
    for target in statement.targets:
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            pairs = list(zip(target.elts, statement.value.elts, strict=True))
        else:
            pairs = [(target, statement.value)]
        for to, value in pairs:
            if isinstance(to, ast.Attribute) and isinstance(value, ast.Constant) and value.value is None:
                yield ast.unparse(to)

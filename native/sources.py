# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files become machine code, and which others their machine code leans on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

DATAGRAMS = "resolver.listen.mmsg"
# In Cython, where there is a compiler: the same as the .py beside it. Module → source.
CYTHON = {DATAGRAMS: "resolver/listen/mmsg.pyx", "resolver.kept.identities": "resolver/kept/identities.pyx"}


def hot_files(house: Path) -> list[str]:
    """The paths in hot_files.txt, below the house."""
    lines = (house / "native" / "hot_files.txt").read_text(encoding="utf-8").splitlines()
    return [path for line in lines if (path := line.partition("#")[0].strip())]


def leaned_on(house: Path, paths: list[str]) -> set[str]:
    """These files, and every file of the house that they import at any depth: machine code has their types, and their
    constants, in it.
    """
    reached, waiting = set(paths), list(paths)
    while waiting:
        for path in _imported(house, waiting.pop()):
            if path not in reached:
                reached.add(path)
                waiting.append(path)
    return reached


def _imported(house: Path, path: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((house / path).read_text(encoding="utf-8"))):
        names = list[str]()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            file = name.replace(".", "/") + ".py"
            if (house / file).is_file():
                yield file

# SPDX-License-Identifier: GPL-3.0-or-later
"""The program, copied from where it runs now to a place of its own that every user can read: an environment of Python.

Nothing is fetched: the rooms, and every library that they need, are taken as they are here. So what runs as a service
is exactly what was tried before, and the folder it was cloned into may go.
"""

from __future__ import annotations

import importlib.metadata as metadata
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from appliance.errors import Complaint
from appliance.service.install_choices import PROGRAM
from store.base.sentences import say

NAME = "telltale"
ROOMS = (
    "native", "wire", "network", "store", "blocklists", "resolver", "firewall", "dhcp", "recursor", "evidence", "webui",
    "appliance",
)  # fmt: skip
_HOMES = ("/home", "/root", "/run/user", "/tmp")  # noqa: S108  (where a service does not look)
_COMPILE_SECONDS = 900  # a card of the slowest kind
_SCRIPT = """\
#!{python}
import sys

from appliance.cli.main import main

sys.exit(main())
"""


def interpreter() -> Path:
    """The Python that the copy runs on: this one, or the system's of the same version where a service cannot see it.

    Raises Complaint where there is none.
    """
    own = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for path in (own, Path(f"/usr/bin/python{version}"), Path(f"/usr/local/bin/python{version}")):
        if path.is_file() and is_open(path.resolve()):
            return path
    raise Complaint(say(
        "This Python ({path}) lies in a home folder, where a service cannot see it, and the system has no Python "
        "{version}: set up again with the system's own, `make install PYTHON=/usr/bin/python3`.",
        path=own, version=version,
    ))


def is_open(path: Path) -> bool:
    """Whether every user of the machine reaches it."""
    if any(path.is_relative_to(home) for home in _HOMES):
        return False
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (path, *path.parents))


def runs_from_there() -> bool:
    """Whether this is the installed program itself."""
    return Path(sys.prefix).resolve() == Path(PROGRAM)


def needed(name: str = NAME) -> list[Distribution]:
    """What is installed here of what the program needs, it first; markers are not read: what is here is needed."""
    by_name: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        key = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if key in by_name:
            continue
        try:
            by_name[key] = distribution = metadata.distribution(key)
        except PackageNotFoundError:
            continue
        wanted = [text for text in distribution.requires or () if "extra ==" not in text]
        waiting += [re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0] for text in wanted]
    return list(by_name.values())


def build(folder: Path, python: Path) -> None:
    """Make the whole environment at `folder`, for what will lie at PROGRAM."""
    library = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (folder / "bin").mkdir(parents=True)
    library.mkdir(parents=True)
    version = ".".join(map(str, sys.version_info[:3]))
    (folder / "pyvenv.cfg").write_text(
        f"home = {python.parent}\ninclude-system-site-packages = false\nversion = {version}\n"
    )
    for name in ("python3", "python"):
        (folder / "bin" / name).symlink_to(python if name == "python3" else "python3")
    script = folder / "bin" / NAME
    script.write_text(_SCRIPT.format(python=f"{PROGRAM}/bin/python3"))
    for distribution in needed():
        for source, inside in _files(distribution):
            (library / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, library / inside)
    for room in ROOMS:
        shutil.copytree(_room(room), library / room, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    _compile(python, library)
    _open_to_all(folder)
    script.chmod(0o755)


def _room(room: str) -> Path:
    spec = importlib.util.find_spec(room)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def _files(distribution: Distribution) -> Iterator[tuple[Path, Path]]:
    """(where it is, where it goes below site-packages) of a library's files; no programs, no bytecode.

    Of the program itself what tells its version alone: its rooms are copied as they are, wherever they lie.
    """
    own = distribution.metadata["Name"].lower() == NAME
    for file in distribution.files or ():
        if ".." in file.parts or file.suffix in (".pyc", ".pth") or file.name == "direct_url.json":
            continue
        if own and not file.parts[0].endswith(".dist-info"):
            continue
        source = Path(str(distribution.locate_file(file)))
        if source.is_file():
            yield source, Path(*file.parts)


def _compile(python: Path, library: Path) -> None:
    """Bytecode once, here: the service may write nothing beside it."""
    command = [str(python), "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", str(library)]
    # A module of a library that does not compile is one that nobody imports.
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_COMPILE_SECONDS, check=False)


def _open_to_all(folder: Path) -> None:
    """Whatever the mask of this process: every user reads it, its owner alone writes."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)

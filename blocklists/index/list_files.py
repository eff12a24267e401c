# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the lists and the index lie in the state directory, and how a file there is replaced whole.

STATE/lists/<file id>.txt     the last good copy, as text       STATE/index/current.idx    what DNS answers from
STATE/lists/<file id>.shard   its compiled hashes               STATE/index/previous.idx   the one before
STATE/lists/<file id>.since   the dates of its rules            STATE/index/seed           of all hashes here
"""

import contextlib
import fcntl
import os
import re
import secrets
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from store.base import file_faults
from store.base.private_files import begin

MAX_SEED = 64
MAX_FILE_ID = 100  # far below what any file system allows, with room for the endings


def text_path(state: Path, blocklist_id: str) -> Path:
    return state / "lists" / f"{file_id(blocklist_id)}.txt"


def shard_path(state: Path, blocklist_id: str) -> Path:
    return state / "lists" / f"{file_id(blocklist_id)}.shard"


def since_path(state: Path, blocklist_id: str) -> Path:
    return state / "lists" / f"{file_id(blocklist_id)}.since"


def index_path(state: Path) -> Path:
    return state / "index" / "current.idx"


def index_mark(state: Path) -> tuple[int, ...] | None:
    """What changes whenever somebody replaces, empties or writes over the index; None while there is none."""
    try:
        info = index_path(state).stat()
    except OSError:
        return None
    return info.st_ino, info.st_size, info.st_mtime_ns


def file_id(blocklist_id: str) -> str:
    """Return a file name for the id: itself when it is plain, else cleaned and told apart by a checksum."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", blocklist_id.lower()).strip("-")[:MAX_FILE_ID]
    return plain if plain == blocklist_id else f"{plain}-{zlib.crc32(blocklist_id.encode()):08x}"


def seed(state: Path) -> int:
    """Return the seed of this installation's hashes, made at first use.

    It is random so that nobody can publish a name that collides with another in our index. Raises OSError.
    """
    path = state / "index" / "seed"
    with contextlib.suppress(OSError, ValueError):
        return int(file_faults.read(path, MAX_SEED), 16) & (2**64 - 1)
    if (fault := file_faults.look_at(path)) in file_faults.SET_ASIDE:
        file_faults.set_aside(path, fault)
    value = secrets.randbits(64)
    with replacing(path) as file:
        file.write(f"{value:016x}\n".encode())
    return value


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a new file that takes the place of `path` once it is written whole and on disk; else `path` stays."""
    with draft(path.parent, path.name) as (file, temporary):
        yield file
        publish(file, temporary, path)


@contextlib.contextmanager
def draft(folder: Path, name: str) -> Iterator[tuple[BinaryIO, Path]]:
    """Give a temporary file in `folder`, removed at the end unless it was published by then."""
    import tempfile  # with compression and chance, 0.4 MB; who only reads lists has no use for it

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=".new")
    try:
        with os.fdopen(handle, "w+b") as file:
            os.fchmod(handle, 0o600)
            yield file, Path(temporary)
    finally:
        Path(temporary).unlink(missing_ok=True)


def publish(file: BinaryIO, temporary: Path, path: Path) -> None:
    """Put the whole of `file` on disk and under the name `path`; what is no file there is put aside."""
    if (fault := file_faults.look_at(path)) in file_faults.SET_ASIDE:
        file_faults.set_aside(path, fault)
    file.flush()
    os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def clean(state: Path, keep: set[str]) -> None:
    """Remove drafts that a crash left, and the files of blocklists whose ids are not in `keep`."""
    wanted = {file_id(blocklist_id) for blocklist_id in keep}
    for path in [*(state / "lists").glob("*"), *(state / "lists").glob(".*.new"), *(state / "index").glob(".*.new")]:
        draft_of_ours = path.name.startswith(".") and path.suffix == ".new"
        gone = path.suffix in (".txt", ".shard", ".since") and path.stem not in wanted
        if draft_of_ours or gone:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def lock(state: Path) -> Iterator[None]:
    """Wait until no other process works on lists and index of this state directory, and keep others out."""
    folder = state / "index"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (fault := file_faults.look_at(folder / "lock")) in file_faults.SET_ASIDE:
        file_faults.set_aside(folder / "lock", fault)
    begin(folder / "lock")
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

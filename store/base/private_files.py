# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the state directory are its owner's alone: whoever asks what and when is nobody else's business.

Three ways lead there: new files are made 0600 by the process's mask, SQLite's are made so before it opens them (it
gives its write-ahead log the mode of the database), and what an older start has left is closed at the next.

Where it lies is told here, too: that is asked before any room with a hot file may be imported.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

MASK = 0o077
OTHERS = 0o077  # bits of a mode that let in others than the owner
# What is ours in a state directory, which may be a folder that holds more; with what SQLite and drafts put beside.
OURS = (
    "config.db", "settings.good", "querylog.", "bypass.db", "secret", "telltale.toml", "doh-addresses.", "gateway.json",
    "whose.tables",
)  # fmt: skip
FOLDERS = ("index", "lists", "run", "tls")
FILES_MAX = 20_000  # a list has three files, and a home some hundred lists


def state_dir(option: str | None, environ: Mapping[str, str]) -> Path:
    """Where the state lies: the option, TELLTALE_STATE, /var/lib/telltale for root, else the XDG state folder."""
    if chosen := option or environ.get("TELLTALE_STATE"):
        return Path(chosen).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/telltale")
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "telltale"


def meant(arguments: Sequence[str], environ: Mapping[str, str]) -> Path:
    """The same with `--state DIR` wherever it stands among the words of a command. Raises RuntimeError for a home that
    is none."""
    at = next((at for at, word in enumerate(arguments) if word.partition("=")[0] == "--state"), None)
    option = None
    if at is not None:
        option = arguments[at].partition("=")[2] or "".join(arguments[at + 1 : at + 2])
    return state_dir(option, environ)


def keep_private() -> None:
    """From now on this process, and all that it starts, makes files that only their owner can read."""
    os.umask(MASK)


def begin(path: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one. Raises OSError.

    One that is there is not even opened: POSIX gives up all locks of a process on a file as soon as it closes any
    descriptor of it, and a database would be written by two at once.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def write_private(path: Path, text: str) -> None:
    """Replace the file; only its owner may read it. Raises OSError."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def files(state: Path) -> Iterator[tuple[Path, int]]:
    """The files and folders of ours in a state directory with their modes; links are passed over."""
    for number, path in enumerate(_paths(state)):
        if number >= FILES_MAX:
            return
        with contextlib.suppress(OSError):
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
                yield path, mode


def open_to_others(state: Path) -> list[Path]:
    """Those that others than their owner may read, write or enter."""
    return [path for path, mode in files(state) if mode & OTHERS]


def close_to_others(state: Path) -> None:
    """Take from others what they may do with them; what is not ours to change stays as it is."""
    for path in open_to_others(state):
        with contextlib.suppress(OSError):
            path.chmod(path.stat().st_mode & 0o777 & ~OTHERS)


def _paths(state: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        for path in state.iterdir():
            if path.name in FOLDERS and not path.is_symlink():
                yield path
                yield from path.rglob("*")
            elif path.name.startswith(OURS):
                yield path

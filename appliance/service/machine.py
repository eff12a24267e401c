# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine whose files are changed and whose commands are run, each change with its way back.

`root` is where the machine's files are: "/", or a tree beside it, whose running system is not touched. A dry one tells
what it would do, and does nothing. What was done is taken back by `roll_back`, the last first.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import Complaint
from appliance.terminal import printing
from store.base.sentences import say

COMMAND_SECONDS = 120  # a service that ends its children in order, or a slow card


@dataclass(slots=True)
class Machine:
    """`live`: commands for the running system are given too."""

    root: Path = Path("/")
    dry: bool = False
    live: bool = True
    _back: list[Callable[[], object]] = field(default_factory=list)

    def at(self, path: str) -> Path:
        """Where a path of that machine lies here."""
        return self.root / path.lstrip("/")

    def read(self, path: str) -> str | None:
        """The text of a file; None where there is none."""
        try:
            return self.at(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def say(self, sentence: str) -> None:
        """What is done now, or in a dry run what would be."""
        printing.tell(sentence)

    def write(self, path: str, text: str, mode: int = 0o644) -> bool:
        """Write a file whole, its folders with it; False: it stood there so."""
        if self.read(path) == text:
            return False
        if self._told(say("    would write {path}", path=path)):
            return True
        self._folders(self.at(path).parent)
        self._remember(path)
        draft = self.at(path).with_name(f".{self.at(path).name}.new")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(mode)
        draft.replace(self.at(path))
        return True

    def link(self, path: str, target: str) -> bool:
        """Put a symbolic link where a file, a link or nothing is."""
        if self.at(path).is_symlink() and str(self.at(path).readlink()) == target:
            return False
        if self._told(say("    would link {path} to {target}", path=path, target=target)):
            return True
        self._folders(self.at(path).parent)
        self._remember(path)
        draft = self.at(path).with_name(f".{self.at(path).name}.new")
        draft.unlink(missing_ok=True)
        draft.symlink_to(target)
        draft.replace(self.at(path))
        return True

    def remove(self, path: str) -> bool:
        """Take a file, a link or a whole folder away; False: there was none. A folder does not come back."""
        there = self.at(path)
        if not os.path.lexists(there):
            return False
        if self._told(say("    would remove {path}", path=path)):
            return True
        if there.is_dir() and not there.is_symlink():
            shutil.rmtree(there)
        else:
            self._remember(path)
            there.unlink()
        return True

    def folder(self, path: str, mode: int) -> bool:
        """Make a folder; False: it was there."""
        if self.at(path).is_dir():
            return False
        if self._told(say("    would make the folder {path}", path=path)):
            return True
        self._folders(self.at(path).parent)
        self.at(path).mkdir()
        self.at(path).chmod(mode)
        self.on_back(lambda: shutil.rmtree(self.at(path)))
        return True

    def replace_folder(self, path: str, new: Path) -> None:
        """Put the folder `new` at `path`; what was there is kept beside it until `settle`."""
        there, old = self.at(path), self.at(f"{path}.old")
        shutil.rmtree(old, ignore_errors=True)
        had = there.exists()
        if had:
            there.rename(old)
        new.rename(there)

        def back() -> None:
            shutil.rmtree(there)
            if had:
                old.rename(there)

        self.on_back(back)

    def settle(self, path: str) -> None:
        """All went well: nothing is taken back any more, and what `replace_folder` kept goes."""
        self._back.clear()
        if not self.dry:
            shutil.rmtree(self.at(f"{path}.old"), ignore_errors=True)

    def run(self, command: Sequence[str], back: Sequence[str] = ()) -> None:
        """Run a command; `back`: what takes it back. Raises Complaint with what it said when it fails."""
        if self._told(say("    would run {command}", command=" ".join(command))):
            return
        code, text = self.ask(command)
        if code:
            raise Complaint(say("`{command}` failed: {text}", command=" ".join(command), text=text or str(code)))
        if back:
            self.on_back(lambda: self.ask(back))

    def ask(self, command: Sequence[str]) -> tuple[int, str]:
        """Exit code and all that a command says; 127 where it is not there."""
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=COMMAND_SECONDS, check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except FileNotFoundError:
            return 127, say("there is no such command")
        except subprocess.TimeoutExpired:
            return 124, say("it did not end within {seconds} seconds", seconds=COMMAND_SECONDS)
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def systemctl(self, *words: str, back: Sequence[str] = ()) -> None:
        """What concerns files (enable, disable) is done in any root, the rest where the system runs."""
        if self.live or words[0] in ("enable", "disable"):
            root = () if self.live else ("--root", str(self.root))
            self.run(["systemctl", *root, *words], ["systemctl", *root, *back] if back else ())

    def has_user(self, name: str) -> bool:
        """Whether the machine has an account of that name."""
        return any(line.startswith(f"{name}:") for line in (self.read("/etc/passwd") or "").splitlines()) or (
            self.live and _is_known(name)
        )

    def on_back(self, step: Callable[[], object]) -> None:
        """What takes back what is done now."""
        self._back.append(step)

    def roll_back(self) -> None:
        """Take everything back, the last first; what cannot be is left."""
        while self._back:
            with contextlib.suppress(OSError):
                self._back.pop()()

    def _told(self, what: str) -> bool:
        if self.dry:
            printing.tell(what)
        return self.dry

    def _remember(self, path: str) -> None:
        there = self.at(path)
        target = there.readlink() if there.is_symlink() else None
        content = there.read_bytes() if target is None and there.exists() else None
        mode = there.stat().st_mode & 0o7777 if content is not None else 0

        def back() -> None:
            there.unlink(missing_ok=True)
            if target is not None:
                there.symlink_to(target)
            elif content is not None:
                there.write_bytes(content)
                there.chmod(mode)

        self.on_back(back)

    def _folders(self, folder: Path) -> None:
        """Make what is missing of a folder, for everybody to read."""
        for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            path.mkdir()
            path.chmod(0o755)
            self.on_back(path.rmdir)


def _is_known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True

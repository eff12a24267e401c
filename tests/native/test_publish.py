# SPDX-License-Identifier: GPL-3.0-or-later
"""What was compiled is there at once or not at all, and what a running appliance takes its modules from stays."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from native.manifest import Manifest, hash_of, load
from native.publish import folders, publish


def compile_them(house: Path, text: str) -> Path:
    out = house / "build" / "out"
    (out / "wire").mkdir(parents=True)
    (out / "wire" / "names.cpython-311-some.so").write_text(text)
    (out / "hot__mypyc.cpython-311-some.so").write_text(text)
    return out


def make(house: Path, text: str) -> Manifest:
    return publish(compile_them(house, text), {"names.py": hash_of(house / "names.py")}, house / "built")


def test_what_was_edited_while_it_was_compiled_has_changed(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text("x = 1\n")
    before = {"names.py": hash_of(tmp_path / "names.py")}
    out = compile_them(tmp_path, "of x = 1")
    (tmp_path / "names.py").write_text("x = 2\n")
    assert publish(out, before, tmp_path / "built").changed(tmp_path) == ("names.py",)


def test_the_manifest_names_libraries_by_module_and_sources_by_hash(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text("x = 1\n")
    made = make(tmp_path, "first")
    assert made == load(tmp_path / "built")
    assert made.sources == {"names.py": hash_of(tmp_path / "names.py")}
    assert made.damaged(tmp_path / "built") == ()
    assert set(made.modules) == {"wire.names", "hot__mypyc"}
    assert {(tmp_path / "built" / file).read_text() for file in made.modules.values()} == {"first"}


def test_it_is_compiled_on_one_disk_and_kept_on_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(_source: str, _target: str) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    (tmp_path / "names.py").write_text("x = 1\n")
    monkeypatch.setattr(os, "rename", rename)
    assert make(tmp_path, "first").damaged(tmp_path / "built") == ()


def test_who_runs_finds_what_it_knows_until_the_time_after_next(tmp_path: Path) -> None:
    def text_of(manifest: Manifest) -> str:
        file = tmp_path / "built" / manifest.modules["wire.names"]
        return file.read_text() if file.is_file() else ""

    (tmp_path / "names.py").write_text("x = 1\n")
    first = make(tmp_path, "first")
    second = make(tmp_path, "second")
    assert (text_of(first), text_of(second)) == ("first", "second")
    third = make(tmp_path, "third")
    assert (text_of(first), text_of(second), text_of(third)) == ("", "second", "third")
    assert len(folders(tmp_path / "built")) == 2, "nothing heaps up"


def test_whoever_runs_it_may_read_what_root_compiled(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text("x = 1\n")
    (tmp_path / "built").mkdir()
    before = os.umask(0o077)
    try:
        known = {"names.py": hash_of(tmp_path / "names.py")}
        publish(compile_them(tmp_path, "x"), known, tmp_path / "built" / "some-machine")
    finally:
        os.umask(before)
    for path in (tmp_path / "built", *(tmp_path / "built").rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o755 if path.is_dir() else 0o644), path

# SPDX-License-Identifier: GPL-3.0-or-later
"""A manifest reads as it was written, and notices every change of a source."""

from dataclasses import replace
from pathlib import Path

import pytest

from native.manifest import NAME, Manifest, hash_of, load, parse, render

WRITTEN = Manifest(
    {"wire/names.py": "00ff", "a name with a space.py": "01"}, {"wire/names.so": "02"}, {"wire.names": "wire/names.so"}
)


def test_what_was_written_is_read() -> None:
    assert parse(render(WRITTEN)) == WRITTEN
    for_arm = replace(WRITTEN, arm=7)
    assert parse(render(for_arm)) == for_arm


@pytest.mark.parametrize(
    ("arm", "machine", "runs"),
    [
        (7, "armv6l", False), (7, "armv7l", True), (7, "aarch64", True), (7, "armv8l", True), (6, "armv6l", True),
        (8, "armv7l", False), (0, "armv6l", True), (0, "x86_64", True), (7, "riscv64", True),
    ],
)  # fmt: skip
def test_code_for_a_newer_arm_is_none_for_an_older_one(arm: int, machine: str, runs: bool) -> None:
    """A memory card goes from one Raspberry Pi to another; a 32-bit system on a newer one says what that is."""
    assert Manifest(arm=arm).runs_on(machine) is runs


def test_one_that_was_left_half_written_counts_as_none(tmp_path: Path) -> None:
    whole = render(WRITTEN)
    for size in range(len(whole)):
        (tmp_path / NAME).write_text(whole[:size])
        assert load(tmp_path) is None, whole[:size]
    lines = whole.splitlines(keepends=True)
    for left_out in range(len(lines)):
        (tmp_path / NAME).write_text("".join(lines[:left_out] + lines[left_out + 1 :]))
        assert load(tmp_path) is None, lines[left_out]


@pytest.mark.parametrize(
    "text",
    ["source 00ff", "what is this", "\n", "source\nlines 1\n", "other 1 2\nlines 1\n", "needs ARM x\nlines 1\n"],
)
def test_what_is_no_manifest_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert load(tmp_path) is None


def test_none_is_none(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere") is None
    (tmp_path / NAME).write_bytes(b"\xff\xfe")
    assert load(tmp_path) is None


def test_a_change_of_one_letter_is_noticed_and_its_taking_back(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n")
    manifest = Manifest({name: hash_of(tmp_path / name) for name in ("a.py", "b.py")})
    assert manifest.changed(tmp_path) == ()
    (tmp_path / "b.py").write_text("x = 2\n")
    assert manifest.changed(tmp_path) == ("b.py",)
    (tmp_path / "b.py").write_text("x = 1\n")
    assert manifest.changed(tmp_path) == ()
    (tmp_path / "a.py").unlink()
    assert manifest.changed(tmp_path) == ("a.py",)

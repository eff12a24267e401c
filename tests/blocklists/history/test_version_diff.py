# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from blocklists.history import version_diff
from blocklists.index.shard import Shard


@pytest.mark.parametrize("whole", [version_diff.WHOLE, 99])
def test_what_is_new_and_what_is_gone(tmp_path: Path, whole: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a list that is compared in one go, and in one that is in parts."""
    monkeypatch.setattr(version_diff, "WHOLE", whole)
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("".join(f"n{number}.test\n" for number in range(100)))
    new.write_text("".join(f"n{number}.test\n" for number in range(3, 130)))
    shards = [Shard.of_text(path, None, 7) for path in (old, new)]
    found = version_diff.between(shards[0], old, shards[1], new, 7)
    assert (found.added, found.removed) == (30, 3)
    assert set(found.some_removed) == {"n0.test", "n1.test", "n2.test"}
    assert len(found.some_added) == version_diff.MAX_SAMPLES
    assert set(found.some_added) <= {f"n{number}.test" for number in range(100, 130)}


@pytest.mark.parametrize(
    ("had", "has", "last", "end", "held"),
    [
        (None, 5, "\n", "\n", None),
        (19, 1, "\n", "\n", None),
        (100, 50, "\n", "\n", None),
        (100, 49, "\n", "\n", "less than half"),
        (100, 90, "\n", "x", "cut off"),
        (100, 100, "\n", "x", None),
        (100, 90, "x", "x", None),
    ],
)
def test_what_is_held_back(tmp_path: Path, had: int | None, has: int, last: str, end: str, held: str | None) -> None:
    path = tmp_path / "list"
    path.write_text("\n".join(f"n{number}.test" for number in range(has)) + "\n")
    reason = version_diff.suspicion(had, last.encode(), Shard.of_text(path, None, 7).facts, end.encode())
    assert (reason is None) if held is None else (reason is not None and held in reason)


def test_the_ending_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "list"
    assert version_diff.ending(path) == b""
    path.write_bytes(b"")
    assert version_diff.ending(path) == b""
    path.write_bytes(b"ab\n")
    assert version_diff.ending(path) == b"\n"

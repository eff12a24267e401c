# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever `ip` prints, rows come out or nothing."""

from pathlib import Path

import pytest

from network import iproute

pytestmark = pytest.mark.process


@pytest.fixture
def ip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The command `ip`, to be written by the test."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path / "ip"


@pytest.mark.parametrize(
    ("printed", "rows"),
    [
        ('[{"dst": "192.168.1.2"}, 7, null, {}]', [{"dst": "192.168.1.2"}, {}]),
        ("", []), ("[ ", []), ("no json", []), ("7", []), ('{"a": 1}', []), ("null", []),
    ],
)  # fmt: skip
def test_rows_are_read_and_anything_else_is_none(ip: Path, printed: str, rows: list[object]) -> None:
    ip.write_text(f"#!/bin/sh\n[ \"$*\" = '-j neigh' ] && printf '%s' '{printed}'\n")
    ip.chmod(0o700)
    assert iproute.rows("neigh") == rows


def test_a_command_that_fails_hangs_or_is_missing_tells_nothing(ip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for script in ("echo '[{}]'; exit 1", "exec sleep 60", "printf '\\377\\376'"):
        ip.write_text(f"#!/bin/sh\n{script}\n")
        ip.chmod(0o700)
        monkeypatch.setattr(iproute, "SECONDS", 0.2 if "sleep" in script else 5.0)
        assert iproute.rows("neigh") == []
    monkeypatch.setenv("PATH", str(ip.parent / "none"))
    assert iproute.rows("neigh") == []

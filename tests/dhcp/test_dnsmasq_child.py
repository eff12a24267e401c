# SPDX-License-Identifier: GPL-3.0-or-later
"""dnsmasq as a child, with programs in its place that do what it might."""

import os
from pathlib import Path

import pytest
from waiting import until

from dhcp import dnsmasq_child
from dhcp.dnsmasq_child import Server

pytestmark = pytest.mark.process


def standing_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "dnsmasq").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "dnsmasq").chmod(0o700)
    monkeypatch.setenv("PATH", str(folder))


def test_it_runs_is_started_anew_with_another_configuration_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(tmp_path, "exec sleep 600", monkeypatch)
    child = Server(tmp_path)
    child.serve("port=0\n", 100.0)
    first = child.pid
    assert first and (tmp_path / "dhcp.conf").read_text() == "port=0\n"
    assert all((tmp_path / name).stat().st_mode & 0o077 == 0 for name in ("dhcp.conf", "dhcp.leases"))
    child.serve("port=0\n", 101.0)
    assert child.pid == first
    child.serve("port=0\n# other\n", 102.0)
    assert child.pid not in (0, first) and not os.path.exists(f"/proc/{first}")  # noqa: PTH110
    second = child.pid
    child.stop()
    assert child.pid == 0 and not os.path.exists(f"/proc/{second}")  # noqa: PTH110


def test_one_that_ends_is_started_again_ever_later_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(tmp_path, "echo 'dnsmasq: failed to bind DHCP server socket: Address already in use' >&2; exit 2",
                monkeypatch)  # fmt: skip
    child, now = Server(tmp_path), 0.0
    for wait in (0.5, 1.0):
        child.serve("x", now)
        assert child.pid
        until(lambda: _ended(child.pid))
        child.serve("x", now)
        assert child.pid == 0 and "Port 67 is taken" in child.error
        child.serve("x", now + wait * 0.9)
        assert child.pid == 0
        now += wait
    child.stop()


def test_where_there_is_none_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dnsmasq_child, "_SYSTEM_PATHS", "/nowhere")
    child = Server(tmp_path)
    child.serve("x", 0.0)
    assert child.pid == 0 and "dnsmasq-base" in child.error


def _ended(pid: int) -> bool:
    return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()

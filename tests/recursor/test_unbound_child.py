# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import sys
from pathlib import Path

import pytest
from ports import free_port
from waiting import until

from recursor import unbound_child
from recursor.unbound_child import UnboundChild, UnboundError, interpreter
from wire import stub

NEEDED = pytest.mark.skipif(
    not shutil.which("unbound", path=f"{os.environ['PATH']}:/usr/sbin"), reason="needs unbound"
)
CONFIG = """\
server:
interface: 127.0.0.1@{port}
do-daemonize: no
username: ""
chroot: ""
pidfile: ""
directory: "/"
use-syslog: no
module-config: "iterator"
"""


def test_a_program_names_its_loader(tmp_path: Path) -> None:
    assert Path(interpreter(Path(sys.executable).resolve())).exists()
    (tmp_path / "script").write_text("#!/bin/sh\n" + " " * 80)
    assert interpreter(tmp_path / "script") == ""


@pytest.mark.process
@NEEDED
@pytest.mark.parametrize("confined", [False, True])
def test_it_answers_and_ends_without_a_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confined: bool) -> None:
    """Where AppArmor would keep it from our folders, the loader starts it."""
    said = tmp_path / "enabled"
    said.write_text("Y\n" if confined else "N\n")
    monkeypatch.setattr(unbound_child, "_CONFINED", said)
    monkeypatch.setattr(unbound_child, "_PROFILE", said)
    port = free_port()
    child = UnboundChild(tmp_path, port, "")
    child.start(CONFIG.format(port=port))
    try:
        until(lambda: stub.ask("localhost", ("127.0.0.1", port), timeout=0.2))
        assert child.ended() is None and child.memory_kib() > 1000
        words = Path(f"/proc/{child.pid}/cmdline").read_bytes().split(b"\0")
        assert words[0].endswith(b"unbound") is not confined
        status = Path(f"/proc/{child.pid}/status").read_text()
        assert "NoNewPrivs:\t1" in status
    finally:
        child.stop()
    assert child.pid == 0 and not list(tmp_path.glob("unbound-*"))


@pytest.mark.process
@NEEDED
def test_what_it_does_not_understand_is_said_before_it_runs(tmp_path: Path) -> None:
    child = UnboundChild(tmp_path, 5399, "")
    with pytest.raises(UnboundError, match="does not take its configuration"):
        child.start("server:\n  interface-of: nothing\n")
    assert child.pid == 0


def test_where_it_is_missing_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unbound_child, "program", lambda: None)
    with pytest.raises(UnboundError, match="install Debian's package unbound"):
        UnboundChild(tmp_path, 5399, "").start("")

# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody outlives a parent that was killed: neither who does something, nor who hangs, nor who was stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from seen_processes import is_alive
from waiting import until

from store.base.pulse import is_stopped

pytestmark = pytest.mark.process

PARENT = """
import os, signal, sys, time
from pathlib import Path
from appliance.process import orphans
children = []
orphans.DRAIN_SECONDS = 2 if sys.argv[1] == "deaf" else 1000
ready, is_ready = os.pipe()
for how in (orphans.end_with, orphans.drain_without):
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        how(parent)
        if how is orphans.drain_without and sys.argv[1] == "drains":
            def end(*_):
                Path(sys.argv[2]).write_text("drained")
                os._exit(0)
            signal.signal(signal.SIGTERM, end)
        if sys.argv[1] == "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(is_ready, b".")
        while True:
            time.sleep(0.1)
    children.append(pid)
for _ in children:
    os.read(ready, 1)
print(*children, flush=True)
signal.pause()
"""


@pytest.mark.parametrize("kind", ["drains", "deaf"])
@pytest.mark.parametrize("stopped", [False, True])
def test_children_end_with_their_parent(tmp_path: Path, kind: str, stopped: bool) -> None:
    word = tmp_path / "word"
    with subprocess.Popen([sys.executable, "-c", PARENT, kind, str(word)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        for child in children if stopped else ():
            os.kill(child, signal.SIGSTOP)
            until(lambda child=child: is_stopped(child))
        parent.kill()
        until(lambda: not any(map(is_alive, children)))
    assert word.exists() == (kind == "drains"), "one that has something left to do does it, stopped or not"

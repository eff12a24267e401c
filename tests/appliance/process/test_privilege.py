# SPDX-License-Identifier: GPL-3.0-or-later
"""Powers are given up for good: read back from /proc/self/status of a process and of what it starts."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest
from seen_processes import is_alive
from waiting import HANG_SECONDS, until

from appliance.errors import Complaint
from appliance.process import privilege

pytestmark = pytest.mark.process

READ_BACK = """
import subprocess, sys
from appliance.process import privilege
privilege.raise_bind_service()
privilege.drop_all()
print(open("/proc/self/status").read())
child = "print(open('/proc/self/status').read())"
print(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout)
"""


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_no_capability_is_left_here_or_in_a_child() -> None:
    lines = python(READ_BACK).splitlines()
    for kind in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
        assert [int(line.split()[1], 16) for line in lines if line.startswith(f"{kind}:")] == [0, 0], kind
    assert [line.split()[1] for line in lines if line.startswith("NoNewPrivs:")] == ["1", "1"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a bounding set to empty")
def test_the_bounding_set_is_empty() -> None:
    lines = python(READ_BACK).splitlines()
    assert {int(line.split()[1], 16) for line in lines if line.startswith("CapBnd:")} == {0}


# As an exec of a file with capabilities marked `p` leaves it, which ends those that went through exec by themselves.
LOWERED = """
from appliance.process import privilege as p
p.keep_net_admin(None)
p._libc.prctl(p._PR_CAP_AMBIENT, p._PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
words = p._Words()
words[0].permitted = 1 << p._CAP_NET_ADMIN
p._set(words)
"""
BEGUN_AGAIN = """
from appliance.process import forking, plain_child
forking.run = lambda *_: print(open("/proc/self/status").read())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has powers to keep")
def test_begun_from_a_file_with_capabilities_a_child_has_its_own_in_force_and_through_its_next_exec() -> None:
    begun = "import os; plain_child.begin((str(os.getppid()), '-1', 'ends', 'keepalive', 'a.module'))"
    lines = python(LOWERED + BEGUN_AGAIN + begun).splitlines()
    kept = {line[:6]: int(line.split()[1], 16) for line in lines if line.startswith("Cap")}
    admin = 1 << 12
    assert kept == {"CapInh": admin, "CapPrm": admin, "CapEff": admin, "CapBnd": admin, "CapAmb": admin}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_the_user(tmp_path: Path) -> None:
    entry = pwd.getpwnam("nobody")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    (tmp_path / "link").symlink_to("/etc/passwd")
    before = Path("/etc/passwd").stat().st_uid
    privilege.hand_over(tmp_path, entry)
    assert (tmp_path / "folder" / "file").stat().st_uid == entry.pw_uid
    assert Path("/etc/passwd").stat().st_uid == before
    code = "from appliance.process import privilege as p; p.become(p.account('nobody')); p.drop_all()"
    said = python(code + "; import os; print(os.getresuid(), os.getresgid(), os.getgroups())")
    assert said.strip() == f"{(entry.pw_uid,) * 3} {(entry.pw_gid,) * 3} []"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_the_owner_of_a_folder(tmp_path: Path) -> None:
    mine = "from pathlib import Path; from appliance.process import privilege\n"
    mine += f"privilege.become_owner(Path({str(tmp_path)!r}))"
    assert python(mine + "; import os; print(os.getuid())").strip() == "0"
    os.chown(tmp_path, 4242, 4343)
    assert python(mine + "; import os; print(os.getresuid(), os.getresgid())").strip() == f"{(4242,) * 3} {(4343,) * 3}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory to somebody else")
def test_a_directory_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    os.chown(tmp_path, 4242, 4242)
    with pytest.raises(Complaint, match="belongs to user 4242"):
        privilege.hand_over(tmp_path, pwd.getpwnam("nobody"))


def test_an_unknown_user_is_named() -> None:
    with pytest.raises(Complaint, match="no user named no-such-user"):
        privilege.account("no-such-user")


def test_a_child_ends_with_its_parent() -> None:
    grandchild = (
        "import signal; from appliance.process import privilege as p; p.die_with({}); print('up', flush=True);"
        " signal.pause()"
    )
    parent = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {grandchild!r}.format(os.getpid())], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    command = [sys.executable, "-c", parent]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    pid = int(done.stdout)
    until(lambda: not is_alive(pid))

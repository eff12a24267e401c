# SPDX-License-Identifier: GPL-3.0-or-later
"""The keepalive holds what its children need; each of them holds its own powers alone, and nobody else any."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import HANG_SECONDS

from appliance.process import privilege

pytestmark = [pytest.mark.process, pytest.mark.database]

HERE = Path(__file__).parents[3]
BIND, ADMIN, RAW = 1 << 10, 1 << 12, 1 << 13
DHCP, SETPCAP = BIND | ADMIN | RAW, 1 << 8
WHOLE = """
import os, sys, time
from pathlib import Path
from appliance.powers import keepalive_child
from appliance.process import privilege
from store.base import status
state, run = Path(sys.argv[1]), Path(os.environ["TELLTALE_RUN"])
child = keepalive_child.begin(state, 2, dict(os.environ), None)
privilege.drop_all()
pids = [child.spec.process.pid, os.getpid()]
for role in ("dhcp", "firewall"):
    while not (pid := status.read_pid(run, role)):
        assert child.spec.process.poll() is None
        time.sleep(0.05)
    pids.insert(1, pid)
for pid in pids:
    print(open(f"/proc/{pid}/status").read())
print(len(child.answers), all(os.get_inheritable(fd) is False for fd in child.answers), child.dhcp)
child.spec.process.terminate()
print(child.spec.process.wait())
"""
# What a user may be unable to read, as this interpreter, is loaded before; a child's main is here.
HANDED_ON = """
import os, sys
from appliance.process import privilege
from appliance.process.children import Child, Spec
sys.modules["shown"] = sys.modules[__name__]
def main(words=()):
    print(open("/proc/self/status").read(), flush=True)
privilege.keep_to_hand_on(privilege.account(sys.argv[1]))
main()
for keep in (privilege.keep_net_admin, privilege.keep_dhcp, privilege.drop_all):
    child = Child(Spec("shown", "shown", keep=lambda: keep(None)), os.environ)
    child.start(0.0)
    child.process.wait()
"""
root = pytest.mark.skipif(os.geteuid() != 0 or not privilege.has_dhcp(), reason="only root has these powers to give")


def run(code: str, *words: str, **environ: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True, check=True, timeout=HANG_SECONDS,
        env={**os.environ, **environ}, cwd=HERE,
    ).stdout  # fmt: skip


def check(printed: str, user: str) -> None:
    """The keepalive first, then the firewall's, DHCP's and one without powers."""
    rows: dict[str, list[str]] = {}
    for line in printed.splitlines():
        kind, _, value = line.partition(":\t")
        rows.setdefault(kind, []).append((value.split() or [""])[0])
    for kind in ("CapPrm", "CapEff", "CapBnd"):
        first, *others = (int(value, 16) for value in rows[kind])
        assert first & ~SETPCAP == DHCP and others == [ADMIN, DHCP, 0], kind
    assert rows["NoNewPrivs"] == ["1"] * 4
    assert rows["Uid"] == [user] * 4


@root
def test_each_has_its_own_powers_and_the_supervisor_none(state: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (state / "telltale.toml").write_text('wall = "watch"\ndhcp = "on"\n')
    printed = run(WHOLE, str(state), TELLTALE_RUN=str(tmp_path / "run"))
    check(printed, "0")
    assert printed.splitlines()[-2:] == ["2 True True", "0"]


@root
@pytest.mark.parametrize(("user", "number"), [("root", "0"), ("nobody", "65534")])
def test_what_it_starts_gives_up_what_is_not_for_it(user: str, number: str) -> None:
    check(run(HANDED_ON, user), number)


@root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
@pytest.mark.parametrize(
    ("without", "printed"),
    [("net_admin", "None\n"), ("net_raw", "wall 0x1000\n"), ("net_bind_service", "wall 0x1000\n")],
)
def test_without_a_power_there_is_less(state: Path, without: str, printed: str) -> None:
    code = (
        "import sys; from pathlib import Path; from appliance.powers import keepalive_child as k\n"
        "child = k.begin(Path(sys.argv[1]), 1, {}, None)\n"
        "if child is None: print(child); raise SystemExit\n"
        "words = open(f'/proc/{child.spec.process.pid}/status').read().split()\n"
        "print(child.spec.arguments[-1], hex(int(words[words.index('CapPrm:') + 1], 16)))\n"
        "assert not child.dhcp; child.spec.process.kill(); child.spec.process.wait()\n"
    )
    command = ["setpriv", f"--bounding-set=-{without}", "--inh-caps=-all", sys.executable, "-c", code, str(state)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE, timeout=HANG_SECONDS)
    assert done.stdout == printed

# SPDX-License-Identifier: GPL-3.0-or-later
"""Of all processes only the firewall's keep CAP_NET_ADMIN, and nothing else but it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import HANG_SECONDS

from appliance.process import privilege

pytestmark = pytest.mark.process

NET_ADMIN = 1 << 12
BEGIN = """
import os, sys, time
from pathlib import Path
from appliance.process import firewall_child
from appliance.process import privilege
firewall = firewall_child.begin(Path(sys.argv[1]), 2, dict(os.environ), sys.argv[2] or None)
privilege.drop_all(privilege.account(sys.argv[2]) if sys.argv[2] else None)
if firewall is None:
    sys.exit()
print(open(f"/proc/{firewall.spec.process.pid}/status").read())
print(open("/proc/self/status").read())
print(len(firewall.answers), all(os.get_inheritable(fd) is False for fd in firewall.answers))
firewall.spec.process.terminate(); firewall.spec.process.wait()
"""

root = pytest.mark.skipif(
    os.geteuid() != 0 or not privilege.has_net_admin(), reason="only root has CAP_NET_ADMIN to give"
)


@root
@pytest.mark.parametrize("user", ["", "nobody"])
def test_the_keepalive_has_one_power_and_the_supervisor_none(state: Path, user: str) -> None:
    command = [sys.executable, "-c", BEGIN, str(state), user]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    if user and "could not be started" in done.stderr:
        pytest.skip(f"{user} may not start this interpreter")
    for kind, powers in (("CapPrm", [NET_ADMIN, 0]), ("CapEff", [NET_ADMIN, 0]), ("CapBnd", [NET_ADMIN, 0])):
        found = [int(line.split()[1], 16) for line in done.stdout.splitlines() if line.startswith(f"{kind}:")]
        assert found == powers, kind
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("NoNewPrivs:")] == ["1", "1"]
    owner = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Uid:")]
    assert owner == ["65534" if user else "0"] * 2
    assert done.stdout.splitlines()[-1] == "2 True"


@root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
def test_without_the_power_there_is_no_keepalive(tmp_path: Path) -> None:
    code = "from pathlib import Path; from appliance.process import firewall_child as g\n"
    code += "print(g.begin(Path('/'), 1, {}, None))"
    command = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-all", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout == "None\n"

# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper of DHCP holds three capabilities, and nobody else any of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import HANG_SECONDS

from appliance.process import privilege

pytestmark = pytest.mark.process

THREE = 1 << 10 | 1 << 12 | 1 << 13
BEGIN = """
import os, sys
from pathlib import Path
from appliance.process import dhcp_child, privilege
child = dhcp_child.begin(Path(sys.argv[1]), dict(os.environ), None)
privilege.drop_all()
print(open(f"/proc/{child.process.pid}/status").read())
print(open("/proc/self/status").read())
child.process.terminate(); child.process.wait()
"""
root = pytest.mark.skipif(os.geteuid() != 0 or not privilege.has_dhcp(), reason="only root has these powers to give")


@root
def test_the_keeper_has_three_powers_and_the_supervisor_none(state: Path) -> None:
    command = [sys.executable, "-c", BEGIN, str(state)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    for kind in ("CapPrm", "CapEff", "CapBnd", "CapAmb"):
        rows = [int(line.split()[1], 16) for line in done.stdout.splitlines() if line.startswith(f"{kind}:")]
        assert rows == [THREE, 0], kind
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("NoNewPrivs:")] == ["1", "1"]


@root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
def test_without_one_of_them_there_is_no_keeper() -> None:
    code = "from pathlib import Path; from appliance.process import dhcp_child\n"
    code += "print(dhcp_child.begin(Path('/'), {}, None))"
    command = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-all", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout == "None\n"

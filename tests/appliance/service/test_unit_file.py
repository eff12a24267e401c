# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit: what deploy/ holds is what is written, and systemd itself takes it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.service.install_choices import PROGRAM, Choices
from appliance.service.unit_file import render

HOUSE = Path(__file__).parents[3]
MOST_EXPOSED = "25"  # tenths of systemd's ten; what is left is that it speaks with the internet, on ports under 1024
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


def test_the_file_of_deploy_is_what_is_written() -> None:
    again = "python -m appliance.service.unit_file > deploy/telltale.service"
    assert (HOUSE / "deploy/telltale.service").read_text(encoding="utf-8") == render(Choices()), again


@pytest.mark.parametrize(
    ("choices", "powers"),
    [
        (Choices(), "CAP_NET_BIND_SERVICE"),
        (Choices(wall=True), "CAP_NET_BIND_SERVICE CAP_NET_ADMIN"),
        (Choices(dhcp=True), "CAP_NET_BIND_SERVICE CAP_NET_ADMIN CAP_NET_RAW"),
    ],
)
def test_it_has_the_powers_that_are_wanted_and_no_others(choices: Choices, powers: str) -> None:
    text = render(choices)
    assert re.findall(r"^(?:Ambient|Bounding)\w*=(.+)$|^CapabilityBoundingSet=(.+)$", text, re.M) == [
        (powers, ""), ("", powers),
    ]
    assert ("AF_PACKET" in text) == choices.dhcp


def test_a_state_elsewhere_is_what_it_may_write() -> None:
    assert "StateDirectory=telltale\n" in render(Choices())
    assert "ReadWritePaths=/srv/dns\n" in render(Choices(state="/srv/dns"))


@needs_systemd
@pytest.mark.process
def test_systemd_takes_it_and_finds_it_closed(tmp_path: Path) -> None:
    unit = tmp_path / "etc/systemd/system/telltale.service"
    unit.parent.mkdir(parents=True)
    program = tmp_path / PROGRAM.lstrip("/") / "bin/telltale"
    program.parent.mkdir(parents=True)
    for path in (program, tmp_path / "bin/kill"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    unit.write_text(render(Choices(wall=True, dhcp=True)))
    verified = analyze("verify", "--man=no", f"--root={tmp_path}", "telltale.service")
    told = [line for line in verified.stderr.splitlines() if "telltale" in line and "sysinit.target" not in line]
    assert told == [], verified.stderr
    unit.write_text(render(Choices()).replace("ProtectHome=yes", "ProtectHomes=yes"))
    assert "ProtectHomes" in analyze("verify", "--man=no", f"--root={tmp_path}", "telltale.service").stderr
    unit.write_text(render(Choices()))
    security = analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(unit))
    assert security.returncode == 0, security.stdout[-2000:]


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=120, check=False)

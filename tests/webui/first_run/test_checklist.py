# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether it starts with the machine, and whose address is our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from network import own_addresses
from webui.first_run import checklist


def test_started_by_hand_it_says_what_makes_a_service_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checklist, "CONTAINER", (tmp_path / "none",))
    cgroup, wanted = tmp_path / "cgroup", tmp_path / "wanted"
    check = checklist.service(cgroup, wanted)
    assert not check.ticked and check.code.startswith("sudo ") and check.code.endswith("bin/telltale install")
    cgroup.write_text("0::/system.slice/telltale.service\n")
    assert checklist.service(cgroup, wanted).code == "sudo systemctl enable telltale.service"
    wanted.symlink_to("telltale.service")
    assert checklist.service(cgroup, wanted).ticked
    monkeypatch.setattr(checklist, "CONTAINER", (cgroup,))
    assert "container" in checklist.service(tmp_path, tmp_path).words


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("::1", True), ("192.168.1.2", True), ("192.168.1.3", False), ("02:00:00:00:00:01", False),
     ("", False)],
)  # fmt: skip
def test_our_own_addresses(address: str, own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "towards", lambda other: "192.168.1.2")
    assert checklist.is_own(address) == own

# SPDX-License-Identifier: GPL-3.0-or-later
"""Installing: all in its place, twice the same, and nothing left of one that failed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.process.port_owner import Holder
from appliance.service import freed_ports, installing, moved_state, program_copy, uninstalling
from appliance.service.install_choices import COMMAND, PROGRAM, RECORD, STUB, UNIT, Choices, record_of
from appliance.service.machine import Machine

pytestmark = pytest.mark.process

Commands = Callable[[], list[str]]
STUB_HOLDER = Holder("127.0.0.53", 53, None, None)


def tree(root: Path) -> dict[str, str]:
    """Every file and link with what it holds or leads to."""
    return {
        str(path.relative_to(root)): str(path.readlink()) if path.is_symlink() else path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def install(machine: Machine, choices: Choices = Choices()) -> None:  # noqa: B008  (nothing changes it)
    installing.install(machine, installing.plan(machine, choices, {}))


def test_all_is_in_its_place(machine: Machine, commands: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    install(machine)
    assert "User=telltale" in (machine.read(UNIT) or "")
    assert machine.at(COMMAND).readlink() == Path(f"{PROGRAM}/bin/telltale")
    assert machine.at("/var/lib/telltale").stat().st_mode & 0o777 == 0o700
    record = record_of(machine.read(RECORD) or "")
    assert record is not None and record.made_user and record.made_state
    useradd = next(line for line in commands() if line.startswith("useradd"))
    assert "--system --user-group --no-create-home --home-dir /var/lib/telltale" in useradd
    assert [line for line in commands() if line.startswith("systemctl") and " is-" not in line] == [
        "systemctl daemon-reload", "systemctl enable telltale.service", "systemctl restart telltale.service",
    ]
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 5 and all(line.endswith(".") for line in said)


def test_again_it_changes_nothing_but_starts_anew(machine: Machine, commands: Commands) -> None:
    install(machine)
    before, count = tree(machine.root), len(commands())
    machine.at("/etc/passwd").write_text("telltale:x:953:953::/var/lib/telltale:/usr/sbin/nologin\n")
    before["etc/passwd"] = machine.at("/etc/passwd").read_text()
    install(machine)
    assert tree(machine.root) == before
    assert "systemctl restart telltale.service" in commands()[count:]
    assert not [line for line in commands()[count:] if line.startswith("useradd")]


def test_what_fails_is_taken_back(machine: Machine, commands: Commands, tmp_path: Path) -> None:
    before = tree(machine.root)
    (tmp_path / "failing").write_text("systemctl restart\n")
    with pytest.raises(Complaint, match="failed: systemctl broke"):
        install(machine)
    assert tree(machine.root) == before
    assert not machine.at("/var/lib/telltale").exists() and not machine.at(PROGRAM).exists()
    assert [line for line in commands() if " is-" not in line][-3:] == [
        "systemctl disable telltale.service", "userdel telltale", "systemctl daemon-reload",
    ]


def test_an_upgrade_that_fails_leaves_the_version_before(
    machine: Machine, commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(machine)
    before = tree(machine.root)

    def newer(folder: Path, python: Path) -> None:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/telltale").write_text("a newer one\n")

    monkeypatch.setattr(program_copy, "build", newer)
    monkeypatch.setattr(installing.first_answer, "wait", lambda machine, choices: _fail())
    with pytest.raises(Complaint, match="does not answer"):
        install(machine, Choices(web="0.0.0.0:8080"))
    assert tree(machine.root) == before


def _fail() -> None:
    raise Complaint("The service does not answer.")


def test_a_dry_run_tells_all_and_does_nothing(
    files: Path, machine: Machine, commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(files)
    dry = Machine(files, dry=True)
    install(dry)
    said = capsys.readouterr().out
    for words in (UNIT, COMMAND, "would run useradd", "would run systemctl restart telltale.service"):
        assert words in said
    assert tree(files) == before and not (files / "var").exists() and not (files / "usr").exists()
    assert not [line for line in commands() if " is-enabled" not in line]


def test_the_stub_gives_way_and_comes_back(
    machine: Machine, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.at("/etc/resolv.conf").symlink_to("../run/systemd/resolve/stub-resolv.conf")
    before = tree(machine.root)
    monkeypatch.setattr(freed_ports, "holders", lambda endpoints, port: [STUB_HOLDER])
    install(machine)
    assert "DNSStubListener=no" in (machine.read(STUB) or "")
    assert machine.at("/etc/resolv.conf").readlink() == Path("../run/systemd/resolve/resolv.conf")
    assert "systemctl restart systemd-resolved" in commands()
    monkeypatch.setattr(freed_ports, "holders", lambda endpoints, port: [])
    install(machine)  # an upgrade finds the port free, and forgets nothing of it
    record = uninstalling.found(machine)
    assert record is not None
    uninstalling.uninstall(machine, record, purge=True)
    assert tree(machine.root) == before


def test_whoever_else_holds_the_port_is_named_before_anything_is_changed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(machine.root)
    for holder, cure in (
        (Holder("0.0.0.0", 53, 812, "dnsmasq"), "sudo systemctl disable --now dnsmasq"),
        (Holder("192.168.122.1", 53, 813, "dnsmasq"), "--dns 192.168.1.2:53"),
        (Holder("0.0.0.0", 53, 814, "AdGuardHome"), "sudo systemctl disable --now AdGuardHome"),
    ):
        monkeypatch.setattr(freed_ports, "holders", lambda endpoints, port, holder=holder: [holder])
        with pytest.raises(Complaint, match=cure):
            install(machine)
    assert tree(machine.root) == before


def test_what_was_tried_out_comes_along(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = tmp_path / "tried"
    (tried / "lists").mkdir(parents=True)
    with closing(sqlite3.connect(tried / "config.db")) as con:
        con.execute("CREATE TABLE setting (key TEXT, value TEXT)")
        con.execute("INSERT INTO setting VALUES ('wall', '\"watch\"')")
        con.commit()
    (tried / "lists/one").write_text("a list\n")
    monkeypatch.setattr(moved_state, "tried_out", lambda environ, state: None if (state / "lists").exists() else tried)
    install(machine)
    assert (machine.at("/var/lib/telltale") / "lists/one").read_text() == "a list\n"
    assert (machine.at("/var/lib/telltale") / "config.db").is_file()
    assert "CAP_NET_ADMIN" in (machine.read(UNIT) or ""), "its wall is on"


def test_a_person_s_account_is_refused(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.at("/etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    with pytest.raises(Complaint, match="person's account"):
        installing.plan(machine, replace(Choices(), user="root"), {})

# SPDX-License-Identifier: GPL-3.0-or-later
"""Root without --user becomes the unit's user where that can work, and else stays root and says so."""

from __future__ import annotations

import os
import pwd
import re
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from ports import free_port
from seen_processes import children
from waiting import HANG_SECONDS, until

from appliance.errors import Complaint
from appliance.process import privilege
from appliance.start import run_as
from wire import stub

# What the firewall's process and a DHCP server take, and with them the power to give up what is not for either.
HANDED_ON = 1 << 8 | 1 << 10 | 1 << 12 | 1 << 13
ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> pwd.struct_passwd:
    """A user of this machine in the place of the unit's, who can read all."""
    monkeypatch.setattr(run_as, "OWN", "nobody")
    monkeypatch.setattr(privilege, "may_become_others", lambda: True)
    monkeypatch.setattr(privilege, "unreadable", lambda *_: None)
    return pwd.getpwnam("nobody")


def test_it_is_the_units_user(tmp_path: Path, own: pwd.struct_passwd) -> None:
    found, why = run_as.chosen(None, tmp_path)
    assert (found, why) == ((own, None) if tmp_path.stat().st_uid in (0, own.pw_uid) else (None, None))


def test_not_where_the_directory_is_somebody_elses(
    tmp_path: Path, own: pwd.struct_passwd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "stat", lambda *_, **__: os.stat_result((0o700, 0, 0, 1, 4242, 4242, 0, 0, 0, 0)))
    assert run_as.chosen(None, tmp_path) == (None, None)


@pytest.mark.parametrize("missing", ["user", "power"])
def test_nor_where_there_is_no_such_user_or_no_power(
    missing: str, tmp_path: Path, own: pwd.struct_passwd, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing == "user":
        monkeypatch.setattr(run_as, "OWN", "no-such-user")
    monkeypatch.setattr(privilege, "may_become_others", lambda: missing != "power")
    assert run_as.chosen(None, tmp_path) == (None, None)


def test_a_user_that_cannot_read_the_program_is_passed_over_and_that_is_said(
    tmp_path: Path, own: pwd.struct_passwd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privilege, "unreadable", lambda _, paths, __: paths[0])
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    found, why = run_as.chosen(None, Path("/") if tmp_path.stat().st_uid else tmp_path)
    assert found is None and why is not None and f"nobody cannot read {sys.executable}" in why


def test_who_is_named_goes_before(tmp_path: Path, own: pwd.struct_passwd) -> None:
    with pytest.raises(Complaint, match="no user named no-such-user"):
        run_as.chosen("no-such-user", tmp_path)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> pwd.struct_passwd:
    """A user whom root names."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(privilege, "may_become_others", lambda: True)
    entry = pwd.getpwnam("nobody")
    monkeypatch.setattr(privilege, "account", lambda _: entry)
    return entry


def test_who_is_named_and_cannot_read_the_program_or_come_to_the_state_is_refused(
    tmp_path: Path, named: pwd.struct_passwd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privilege, "unreadable", lambda _, paths, __: paths[0])
    with pytest.raises(Complaint, match=re.escape(f"nobody cannot read {sys.executable}")):
        run_as.chosen("nobody", tmp_path)
    monkeypatch.setattr(privilege, "unreadable", lambda _, __, reached: reached[0])
    with pytest.raises(Complaint, match=re.escape(f"cannot come to the state directory {tmp_path}")):
        run_as.chosen("nobody", tmp_path)
    monkeypatch.setattr(privilege, "unreadable", lambda *_: None)
    assert run_as.chosen("nobody", tmp_path) == (named, None)


def test_after_a_good_start_such_a_name_gives_way_to_whom_the_directory_belongs(
    tmp_path: Path, named: pwd.struct_passwd, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = pwd.getpwuid(1)

    def belongs(uid: int) -> None:
        monkeypatch.setattr(Path, "stat", lambda *_, **__: os.stat_result((0o700, 0, 0, 1, uid, 0, 0, 0, 0, 0)))

    monkeypatch.setattr(privilege, "unreadable", lambda entry, paths, _: paths[0] if entry == named else None)
    for uid, becomes in ((owner.pw_uid, owner), (0, None)):
        belongs(uid)
        found, why = run_as.chosen_or_owner("nobody", tmp_path, must_start=True)
        assert found == becomes and why is not None and "nobody cannot read" in why
    belongs(named.pw_uid)
    with pytest.raises(Complaint, match="nobody cannot read"):
        run_as.chosen_or_owner("nobody", tmp_path, must_start=True)


@ROOT
@pytest.mark.process
def test_what_a_user_cannot_read_is_found(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    for folder in tmp_path.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o700)
    assert privilege.may_become_others()
    assert privilege.unreadable(nobody, [Path("/etc/passwd"), Path("/")]) is None
    (tmp_path / "in").mkdir()
    assert privilege.unreadable(nobody, [], [Path("/"), tmp_path, tmp_path / "in"]) == tmp_path / "in"
    assert privilege.unreadable(nobody, [Path("/"), tmp_path / "x", Path("/etc")]) == tmp_path / "x"


@ROOT
@pytest.mark.process
def test_every_process_is_that_users_and_so_are_the_files(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    state, run, port = tmp_path / "new", tmp_path / "run", free_port()
    nobody = pwd.getpwnam("nobody")
    if closed := privilege.unreadable(nobody, run_as._code(), [tmp_path]):
        pytest.skip(f"another user cannot read {closed} here")
    arguments = ["--state", str(state), "--no-update", "--workers", "1", "--upstream", "127.0.0.1:9"]
    arguments += ["--dns", f"127.0.0.1:{port}", "--web", f"127.0.0.1:{free_port()}"]
    code = "import sys; from appliance.start import launch, run_as; run_as.OWN = 'nobody'; launch.main(sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env={**os.environ, "TELLTALE_RUN": str(run)}, umask=0o022
    )
    try:
        until(lambda: stub.ask("telltale", ("127.0.0.1", port), timeout=1.0) is not None)
        until(lambda: (state / "querylog.db-wal").exists() and (run / "recorder.json").exists())
        powers = list[int]()
        for pid in (process.pid, *children(process.pid)):
            with suppress(FileNotFoundError, ProcessLookupError):  # a short run that is over
                owner, told = Path(f"/proc/{pid}").stat().st_uid, Path(f"/proc/{pid}/status").read_text()
                (power,) = re.findall(r"CapEff:\t([0-9a-f]+)", told)
                assert owner == nobody.pw_uid
                powers.append(int(power, 16))
        assert len(powers) > 1
        assert len([power for power in powers if power]) <= 1, "who starts those that need powers alone has any"
        assert not max(powers) & ~HANDED_ON
        modes = set[tuple[int, int]]()
        for path in state.rglob("*"):
            with suppress(FileNotFoundError):  # a draft
                if stat.S_ISREG((found := path.stat()).st_mode):
                    modes.add((found.st_uid, found.st_mode & 0o077))
        assert modes == {(nobody.pw_uid, 0)}
    finally:
        process.terminate()
        process.wait(HANG_SECONDS)

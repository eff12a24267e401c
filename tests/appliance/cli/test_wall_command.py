# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall from the command line; what touches a kernel does so in a namespace of the test's own."""

import json
import os
import pwd
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS

from appliance.process import privilege
from appliance.start import run_as
from store.base import db, status
from store.base.process_status import FirewallStatus
from store.config import edit, settings
from store.household import groups as household_groups
from store.wall import wall_overrides
from store.wall.wall_overrides import Override

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]
Telltale = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def telltale(tmp_path: Path) -> Telltale:
    """Runs `telltale` in a fresh namespace; `then` are more commands in the same one."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to make a network namespace")
    for tool, found in (("nft", shutil.which("nft")), ("unshare", shutil.which("unshare"))):
        if not found:
            pytest.skip(f"needs {tool}")
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode:
        pytest.skip("the kernel gives no network namespaces here")

    def run(*commands: str) -> subprocess.CompletedProcess[str]:
        script = " && ".join(f"{shlex.quote(sys.executable)} -m appliance {each}" for each in commands)
        environ = {**os.environ, "TELLTALE_STATE": str(tmp_path), "TELLTALE_RUN": str(tmp_path / "run")}
        return subprocess.run(
            ["unshare", "-n", "sh", "-c", script], capture_output=True, text=True, env=environ, check=False,
            timeout=HANG_SECONDS, cwd=Path(__file__).parents[3],
        )  # fmt: skip

    return run


@pytest.mark.process
def test_a_plan_is_printed_without_any_power(command: Command) -> None:
    code, out, _ = command("wall", "plan", "--enforce")
    assert code == 0
    assert "table inet telltale {" in out
    assert "reject with tcp reset" in out
    found: dict[str, Any] = json.loads(command("wall", "plan", "--json")[1])
    assert (found["mode"], found["switches"]["doh"]) == ("watch", "watch")


@pytest.mark.netns
def test_dry_run_changes_nothing(telltale: Telltale) -> None:
    done = telltale("wall apply --enforce --dry-run", "wall status --json")
    assert "nothing was changed" in done.stdout
    assert '"standing": false' in done.stdout


@pytest.mark.netns
def test_watching_is_the_default_and_removing_leaves_nothing(telltale: Telltale) -> None:
    done = telltale("wall apply", "wall status", "wall remove --json", "wall status --json")
    assert "lets it pass" in done.stdout, done.stderr
    assert "its table is up" in done.stdout
    assert '"removed": true' in done.stdout
    assert '"standing": false' in done.stdout


@pytest.mark.netns
def test_the_mode_is_remembered_for_the_appliance(telltale: Telltale, state: Path) -> None:
    assert settings.load(state, {}).wall == "off"
    assert telltale(f"wall apply --enforce --state {state}").returncode == 0
    assert settings.load(state, {}).wall == "enforce"
    assert telltale(f"wall remove --state {state}").returncode == 0
    assert settings.load(state, {}).wall == "off"


@pytest.mark.netns
def test_root_takes_the_wall_of_another_user_down(telltale: Telltale, state: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    for path in (state, *state.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    for folder in state.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    if closed := privilege.unreadable(nobody, run_as._code(), [state]):
        pytest.skip(f"another user cannot read {closed} here")
    where = f"--state {state}"
    done = telltale(f"wall apply --enforce {where}", f"wall remove {where}", f"wall status --json {where}")
    assert not done.stderr and done.returncode == 0, done.stderr
    assert "redirects and refuses" in done.stdout
    assert "The wall is down." in done.stdout and '"standing": false' in done.stdout
    assert settings.load(state, {}).wall == "off"
    assert {path.stat().st_uid for path in (state, *state.rglob("*"))} == {nobody.pw_uid}


@pytest.mark.netns
def test_a_wish_that_cannot_be_written_takes_no_wall_down(telltale: Telltale, state: Path) -> None:
    (state / "config.db").write_bytes(b"no database")
    done = telltale("wall apply --enforce --state /nowhere", f"wall remove --state {state}")
    assert done.returncode == 1 and done.stderr.startswith("telltale: ") and done.stderr.count("\n") == 1
    assert "down" not in done.stdout


def test_both_modes_at_once_make_no_sense(command: Command) -> None:
    code, _, err = command("wall", "apply", "--watch", "--enforce")
    assert code == 1
    assert "Choose one" in err


@pytest.mark.process  # nft is asked
def test_what_is_not_seen_is_said(command: Command) -> None:
    assert "The wall is off, so nothing is looked at" in command("wall", "status")[1]
    os.environ["TELLTALE_WALL"] = "watch"
    assert "not visible from here" in command("wall", "status")[1]
    told = json.loads(command("wall", "status", "--json")[1])
    assert told["sees"] is False and told["unseen"]


@pytest.mark.process  # nft is asked
def test_the_status_tells_how_far_each_switch_goes_and_why(command: Command, state: Path) -> None:
    run = state / "run"
    run.mkdir(exist_ok=True)
    switches, lowered = {"port53": "watch", "doh": "enforce"}, {"port53": "Nobody answers here."}
    said = FirewallStatus(standing=True, mode="enforce", switches=switches, lowered=lowered)
    status.publish(run, "firewall", said)
    lines = [line.split() for line in command("wall", "status")[1].splitlines()]
    assert ["port53", "enforce", "watch", "Nobody", "answers", "here."] in lines
    assert any(line[:3] == ["doh", "enforce", "enforce"] for line in lines)
    told = json.loads(command("wall", "status", "--json")[1])
    assert (told["switches"], told["lowered"]) == (switches, lowered)


def test_a_switch_for_the_house_and_for_a_group(command: Command, state: Path) -> None:
    guests = household_groups.add_group(edit.engine(state), "Guests")
    assert command("wall", "set", "raw", "off")[0] == 0
    assert settings.load(state, {}).wall_switches["raw"] == "off"
    for said in ("Guests", str(guests)):
        assert command("wall", "set", "doh", "watch", "--group", said)[0] == 0
    with closing(db.connect(state / "config.db")) as con:
        assert wall_overrides.overrides(con) == [Override(f"group:{guests}", "doh", "watch")]
        assert command("wall", "set", "doh", "default", "--group", "Guests")[0] == 0
        assert wall_overrides.overrides(con) == []
    for wrong in ("doh high", "dot off", "doh off --group Nobody", "doh off --device 9"):
        assert command("wall", "set", *wrong.split())[0] != 0

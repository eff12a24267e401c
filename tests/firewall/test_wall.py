# SPDX-License-Identifier: GPL-3.0-or-later
from contextlib import closing
from pathlib import Path

import pytest

from firewall import wall
from firewall.kernel import WallError
from store.base import db, status
from store.base.process_status import SupervisorStatus
from store.config import edit
from store.config.choices import WallMode
from store.config.settings import Settings
from store.devices import sightings_store
from store.household import groups as household_groups
from store.wall import wall_edit

pytestmark = pytest.mark.process


def test_dns_is_where_the_running_appliance_says(tmp_path: Path) -> None:
    values = Settings()
    assert wall.endpoints(values, tmp_path) == [("0.0.0.0", 53), ("::", 53)]
    assert wall.endpoints(values, None) == [("0.0.0.0", 53), ("::", 53)]
    status.publish(tmp_path, "supervisor", SupervisorStatus(dns=("0.0.0.0:5300", "[::]:5300")))
    assert wall.endpoints(values, tmp_path) == [("0.0.0.0", 5300), ("::", 5300)]
    assert dict(wall.planned(Settings(wall=WallMode.ENFORCE), tmp_path).dns_ports)[4] == 5300


def test_settings_of_a_state_directory(tmp_path: Path) -> None:
    (tmp_path / "telltale.toml").write_text('wall = "watch"\n')
    values = wall.wanted(tmp_path, {"TELLTALE_WALL_RAW": "off"}).settings
    made = wall.planned(values, None)
    assert (made.house["doh"], made.house["raw"]) == (WallMode.WATCH, WallMode.OFF)


def test_groups_have_switches_of_their_own(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    engine = edit.engine(tmp_path)
    with closing(db.connect(tmp_path / "config.db")) as con:
        phone = sightings_store.sighted(con, "192.168.7.2", "AA:00:00:00:00:01")
        sightings_store.sighted(con, "192.168.7.3", "aa:00:00:00:00:02")
    group = household_groups.add_group(engine, "Guests")
    household_groups.set_groups(engine, phone, [group])
    wall_edit.put_switches(engine, f"group:{group}", {"doh": "watch", "raw": "enforce"})
    enforced, watched = Settings(wall=WallMode.ENFORCE), Settings(wall=WallMode.WATCH)
    (profile,) = wall.planned(enforced, None, tmp_path).profiles
    assert profile.members == ("192.168.7.2", "aa:00:00:00:00:01")
    assert [profile.modes[switch] for switch in ("doh", "raw", "httpdns")] == ["watch", "enforce", "enforce"]
    assert wall.planned(watched, None, tmp_path).profiles == (), "none stands above the wall"
    assert wall.planned(enforced, None).profiles == ()


def test_switches_that_do_not_read_leave_the_wall_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.db").write_bytes(b"no database" * 500)
    with pytest.raises(WallError, match="cannot be read"):
        wall.planned(Settings(wall=WallMode.WATCH), None, tmp_path)

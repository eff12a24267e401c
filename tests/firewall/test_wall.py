# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

from firewall import wall
from firewall.kinds import Mode
from store import status
from store.settings import Settings


def test_dns_is_where_the_running_appliance_says(tmp_path: Path) -> None:
    values = Settings()
    assert wall.endpoints(values, tmp_path) == [("0.0.0.0", 53), ("::", 53)]
    assert wall.endpoints(values, None) == [("0.0.0.0", 53), ("::", 53)]
    status.publish(tmp_path, "supervisor", {"dns": ["0.0.0.0:5300", "[::]:5300"]})
    assert wall.endpoints(values, tmp_path) == [("0.0.0.0", 5300), ("::", 5300)]
    assert dict(wall.planned(Settings(wall="enforce"), tmp_path).dns_ports)[4] == 5300


def test_settings_of_a_state_directory(tmp_path: Path) -> None:
    (tmp_path / "telltale.toml").write_text('wall = "watch"\n')
    values = wall.wanted(tmp_path, {"TELLTALE_WALL_RAW": "off"})
    made = wall.planned(values, None)
    assert (made.house.doh, made.house.raw) == (Mode.WATCH, Mode.OFF)

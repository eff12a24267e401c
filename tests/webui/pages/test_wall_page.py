# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the wall's switches."""

import re
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from firewall import topology
from firewall.topology import Role, Topology
from store.base import status
from store.base.process_status import FirewallStatus
from store.config import settings
from store.household import groups as household_groups
from store.wall import bypass, wall_edit, wall_overrides
from store.wall.bypass import Caught

WALL = "/bypass/wall"


@pytest.fixture
def stands(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """As if Telltale stood there."""

    def stand(*where: Any) -> None:
        monkeypatch.setattr(topology, "look", lambda: Topology(*where))

    stand(Role.GATEWAY)
    return stand


def chosen(page: str, switch: str) -> str:
    part = page.split(f'id="switch-{switch}"')[1].split("</li>")[0]
    (value,) = re.findall(r'value="(\w+)" checked', part)
    return str(value)


def test_a_first_run_begins_by_watching(visitor: Any, stands: Any) -> None:
    page = visitor.get(WALL).text
    assert "The wall is off" in page and "Start watching" in page
    assert 'value="enforce">' in page  # the switches can be looked at
    assert '<select name="mode">' not in page  # but enforcing everything at once is not offered
    assert visitor.form(f"{WALL}/mode", mode="watch").headers["location"] == WALL
    assert settings.load(visitor.home.state, {}).wall == "watch"
    status.publish(visitor.home.run, "firewall", FirewallStatus(mode="watch", standing=True))
    page = visitor.get(WALL).text
    assert "The wall watches" in page and "Start watching" not in page
    assert "watching for now" in page


def test_a_switch_of_the_house(visitor: Any, stands: Any) -> None:
    assert chosen(visitor.get(WALL).text, "raw") == "watch"
    assert visitor.form(f"{WALL}/switch", scope="house", switch="raw", mode="enforce").status_code == 303
    assert settings.load(visitor.home.state, {}).wall_switches["raw"] == "enforce"
    assert chosen(visitor.get(WALL).text, "raw") == "enforce"


def test_a_group_and_a_device_that_differ(visitor: Any, stands: Any) -> None:
    group = household_groups.add_group(visitor.engine(), "Guests")
    household_groups.set_groups(visitor.engine(), 1, [group])
    found = visitor.tap(f"{WALL}/switch", scope=f"group:{group}", switch="doh", mode="off")
    assert found.status_code == 200 and "<html" not in found.text
    assert chosen(found.text, "doh") == "off"
    assert "as the house" in found.text
    page = visitor.get(f"{WALL}?scope=device:1").text
    assert chosen(page, "doh") == "default"
    assert "as its groups" in page and "The wall is off, so these hold once it is on" in page
    visitor.tap(f"{WALL}/switch", scope="device:1", switch="ntp", mode="watch")
    page = visitor.get(WALL).text
    assert "DNS over HTTPS: off" in page and "Time asked elsewhere: watch" in page and "Redmi Note 13" in page
    visitor.tap(f"{WALL}/switch", scope="device:1", switch="ntp", mode="default")
    with closing(visitor.engine().connect()) as con:
        assert [row.switch for row in wall_overrides.overrides(con)] == ["doh"]


def test_what_each_caught_lately(visitor: Any, stands: Any) -> None:
    now = int(time.time())
    with closing(bypass.open_bypass(visitor.home.state / bypass.FILE_NAME)) as con:
        bypass.note(con, [
            Caught(now, "192.168.1.21", "dot", "8.8.8.8", 853, "tcp", True, 12, 1),
            Caught(now, "192.168.1.21", "doq", "8.8.8.8", 853, "udp", True, 3, 1),
            Caught(now, "192.168.1.30", "raw", "198.51.100.5", 443, "tcp", False, 1234, 2),
        ])  # fmt: skip
    page = visitor.get(WALL).text
    assert "15 refused or redirected" in page and "1,234 seen and let pass" in page
    page = visitor.get(f"{WALL}?scope=device:1").text
    assert "15 refused or redirected" in page and "1,234" not in page


@pytest.mark.process
def test_where_telltale_stands(visitor: Any, stands: Any) -> None:
    assert "everything that the home sends out passes" in visitor.get(WALL).text
    stands(Role.CHOSEN)
    page = visitor.get(WALL).text
    assert "gateway of chosen devices" in page and "no effect from here" not in page
    stands(Role.DNS)
    page = visitor.get(WALL).text
    assert "plain DNS server" in page and "no effect from here" in page and "names only" in page
    assert "OpenWrt" in page and "FRITZ!Box" in page
    stands(Role.DNS, True, True)
    assert "network_mode: host" in visitor.get(WALL).text
    stands(Role.GATEWAY, True)
    assert "cap_add" in visitor.get(WALL).text


@pytest.mark.parametrize("scope", ["group:9", "device:99", "all", "<b>"])
def test_a_scope_that_is_none(visitor: Any, stands: Any, scope: str) -> None:
    assert visitor.get(WALL, params={"scope": scope}).status_code == 404
    assert visitor.form(f"{WALL}/switch", scope=scope, switch="doh", mode="off").status_code in (404, 422)


@pytest.mark.parametrize("wrong", [{"switch": "dot"}, {"mode": "high"}, {"switch": "raw<"}])
def test_a_switch_that_is_none(visitor: Any, stands: Any, wrong: dict[str, str]) -> None:
    fields = {"scope": "house", "switch": "doh", "mode": "off", **wrong}
    assert visitor.form(f"{WALL}/switch", **fields).status_code == 422


def test_what_is_fixed_from_outside_cannot_be_changed(visitor: Any, stands: Any) -> None:
    (visitor.home.state / "telltale.toml").write_text('wall_doh = "watch"\nwall = "watch"\n')
    page = visitor.get(WALL).text
    assert "Its mode is fixed by the telltale.toml" in page and "Set by the telltale.toml" in page
    assert visitor.form(f"{WALL}/switch", scope="house", switch="doh", mode="off").status_code == 409


def test_a_group_reads_its_devices_alone(visitor: Any, stands: Any) -> None:
    group = household_groups.add_group(visitor.engine(), "Empty")
    wall_edit.put_switches(visitor.engine(), f"group:{group}", {"doh": "watch"})
    where = f"{WALL}?scope=group:{group}"
    assert "not visible from here" not in visitor.get(where).text, "the wall is off, and none of its switches looks"
    settings_put(visitor, "watch")
    assert "not visible from here" in visitor.get(where).text
    assert "nothing caught" not in visitor.get(where).text, "no process of the wall reports"
    status.publish(visitor.home.run, "firewall", FirewallStatus(mode="watch", standing=True))
    assert "nothing caught in 24 hours" in visitor.get(where).text


def test_a_switch_that_caught_nothing_says_since_when(visitor: Any, stands: Any) -> None:
    settings_put(visitor, "watch")
    newly = FirewallStatus(mode="watch", standing=True, applied=time.time() - 300)
    status.publish(visitor.home.run, "firewall", newly)
    assert re.search(r"nothing caught since it was put up, 1?\d min ago", visitor.get(WALL).text)
    (visitor.home.state / bypass.FILE_NAME).write_bytes(b"no database" * 500)
    assert "what it caught cannot be read now" in visitor.get(WALL).text


def settings_put(visitor: Any, mode: str) -> None:
    assert visitor.form(f"{WALL}/mode", mode=mode).is_redirect

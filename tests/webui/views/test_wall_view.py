# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace

import pytest

from firewall.topology import Role, Topology
from store.base.process_status import FirewallStatus
from store.config.choices import WallMode
from store.config.wall_switches import BY_NAME, USUAL
from store.wall.wall_overrides import Override
from webui.views import wall_view

GATEWAY, DNS = Topology(Role.GATEWAY), Topology(Role.DNS)


def views(wall: str = "enforce", own: dict[str, str] | None = None) -> dict[str, wall_view.SwitchView]:
    chosen = USUAL if own is None else {switch: WallMode(mode) for switch, mode in own.items()}
    found = wall_view.switches(
        WallMode(wall), USUAL, chosen, "" if own is None else "as the house",
        {"dot": (1, 20), "doq": (0, 3), "raw": (7, 0)}, {"wall:doh": 4, "pack:xiaomi": 9}, GATEWAY, "quiet", {},
    )  # fmt: skip
    return {one.key: one for one in found}


def test_every_switch_is_shown_in_its_place() -> None:
    assert list(views()) == list(BY_NAME)
    assert all(view.title and view.about.endswith(".") for view in views().values())


def test_counts_of_all_its_kinds() -> None:
    found = views()
    assert (found["encrypted"].passed, found["encrypted"].refused, found["encrypted"].names) == (1, 23, 0)
    assert (found["doh"].names, found["httpdns"].names, found["raw"].passed) == (4, 0, 7)


@pytest.mark.parametrize(
    ("wall", "own", "holds", "lowered", "choice"),
    [
        ("enforce", None, "enforce", False, "enforce"),
        ("watch", None, "watch", True, "enforce"),
        ("off", None, "off", False, "enforce"),
        ("enforce", {}, "enforce", False, "default"),
        ("enforce", {"doh": "off"}, "off", False, "off"),
        ("watch", {}, "watch", True, "default"),
    ],
)
def test_what_holds(wall: str, own: dict[str, str] | None, holds: str, lowered: bool, choice: str) -> None:
    one = views(wall, own)["doh"]
    assert (one.holds, one.lowered, one.chosen) == (holds, lowered, choice)
    assert choice in [value for value, _ in one.choices]


def test_a_switch_that_does_less_than_it_is_set_to_says_why() -> None:
    def of(firewall: FirewallStatus | None) -> wall_view.SwitchView:
        made = wall_view.switches(WallMode.ENFORCE, USUAL, USUAL, "", {}, {}, GATEWAY, "quiet", {}, firewall)
        return next(view for view in made if view.key == "port53")

    watched = FirewallStatus(mode="enforce", switches={"port53": "watch"}, lowered={"port53": "nobody answers here"})
    assert (of(watched).holds, of(watched).lowered, of(watched).why) == (WallMode.WATCH, True, "nobody answers here")
    for known in (None, FirewallStatus(mode="enforce", switches={"port53": "enforce"}), replace(watched, mode="watch")):
        assert (of(known).holds, of(known).why) == (WallMode.ENFORCE, "")


def test_a_plain_dns_server_can_hold_names_alone() -> None:
    at_dns = {name: wall_view.here(switch, DNS) for name, switch in BY_NAME.items()}
    assert {name for name, words in at_dns.items() if "names only" in words} == {"doh", "httpdns"}
    assert "no effect" in at_dns["port53"]
    for standing in (GATEWAY, Topology(Role.CHOSEN)):
        assert {wall_view.here(switch, standing) for switch in BY_NAME.values()} == {""}


def test_who_differs_groups_first() -> None:
    rows = [
        Override("device:3", "doh", WallMode.OFF),
        Override("group:1", "raw", WallMode.ENFORCE),
        Override("group:1", "gone", WallMode.OFF),
    ]
    found = wall_view.differing(rows, {"device:3": "Anna\u202e", "group:1": "Things"})
    assert [(view.scope, view.switches) for view in found] == [
        ("group:1", "No answer, no connection: enforce"), ("device:3", "DNS over HTTPS: off"),
    ]  # fmt: skip
    assert "\u202e" not in found[1].title


def test_the_house_is_the_first_scope() -> None:
    found = wall_view.scopes({"device:1": "B", "group:2": "C", "house": "the house", "device:3": "A"})
    assert [scope for scope, _ in found] == ["house", "group:2", "device:3", "device:1"]

# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from firewall.kinds import KINDS, Modes
from firewall.topology import Place, Standing
from store.config.wall_switches import SWITCHES, Switch
from webui.views import wall_view

HOUSE = {**dict.fromkeys(SWITCHES, "enforce"), "raw": "watch", "ntp": "off"}
GATEWAY, DNS = Standing(Place.GATEWAY), Standing(Place.DNS)


def views(wall: str = "enforce", own: dict[str, str] | None = None) -> dict[str, wall_view.SwitchView]:
    found = wall_view.switches(
        wall, HOUSE, HOUSE if own is None else own, "" if own is None else "as the house",
        {"dot": (1, 20), "doq": (0, 3), "raw": (7, 0)}, {"wall:doh": 4, "pack:xiaomi": 9}, GATEWAY, {},
    )  # fmt: skip
    return {one.key: one for one in found}


def test_every_switch_has_its_words_and_every_kind_its_switch() -> None:
    assert set(wall_view.TITLES) == set(wall_view.ABOUT) == set(wall_view.KINDS_OF) == set(SWITCHES)
    assert sorted(kind for kinds in wall_view.KINDS_OF.values() for kind in kinds) == sorted(KINDS)
    assert all(Modes(**{key: 2}).of(kind) == 2 for key, kinds in wall_view.KINDS_OF.items() for kind in kinds)  # type: ignore[arg-type]


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


def test_a_plain_dns_server_can_hold_names_alone() -> None:
    assert wall_view.here("doh", GATEWAY) == wall_view.here("raw", Standing(Place.CHOSEN)) == ""
    assert "names only" in wall_view.here("doh", DNS) and "names only" in wall_view.here("httpdns", DNS)
    assert "no effect" in wall_view.here("port53", DNS)


def test_who_differs_groups_first() -> None:
    rows = [Switch("device:3", "doh", "off"), Switch("group:1", "raw", "enforce"), Switch("group:1", "gone", "off")]
    found = wall_view.differing(rows, {"device:3": "Anna\u202e", "group:1": "Things"})
    assert [(one.scope, one.said) for one in found] == [
        ("group:1", "No answer, no connection: enforce"), ("device:3", "DNS over HTTPS: off"),
    ]  # fmt: skip
    assert "\u202e" not in found[1].title


def test_the_house_is_the_first_scope() -> None:
    found = wall_view.scopes({"device:1": "B", "group:2": "C", "house": "the house", "device:3": "A"})
    assert [scope for scope, _ in found] == ["house", "group:2", "device:3", "device:1"]

# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall's switches over the API."""

from typing import Any

import pytest

from store.config import settings
from store.household import groups as household_groups

PATH = "/api/v1/wall/switches"


def put(visitor: Any, scope: str, **switches: str | None) -> Any:
    headers = {"X-CSRF-Token": visitor.csrf}
    return visitor.put(PATH, json={"scope": scope, "switches": switches}, headers=headers)


def test_a_group_that_differs(visitor: Any) -> None:
    (house,) = visitor.get(PATH).json()["items"]
    assert (house["scope"], house["switches"]["raw"]) == ("house", "watch")
    group = household_groups.add_group(visitor.engine(), "Guests")
    found = put(visitor, f"group:{group}", doh="off", raw="enforce").json()["items"]
    assert found[1:] == [{"scope": f"group:{group}", "switches": {"doh": "off", "raw": "enforce"}}]
    assert put(visitor, f"group:{group}", doh=None, raw=None).json()["items"] == [house]


def test_the_house(visitor: Any) -> None:
    assert put(visitor, "house", doh="watch").json()["items"][0]["switches"]["doh"] == "watch"
    assert settings.load(visitor.home.state, {}).wall_switches["doh"] == "watch"


@pytest.mark.parametrize(
    ("scope", "switches", "status"),
    [("group:99", {"doh": "off"}, 404), ("all", {"doh": "off"}, 422), ("house", {"dot": "off"}, 422),
     ("house", {"doh": "high"}, 422)],
)  # fmt: skip
def test_what_is_refused(visitor: Any, scope: str, switches: dict[str, str], status: int) -> None:
    assert put(visitor, scope, **switches).status_code == status


def test_a_switch_that_a_file_sets(visitor: Any) -> None:
    (visitor.home.state / "telltale.toml").write_text('wall_doh = "off"\n')
    assert put(visitor, "house", doh="enforce").status_code == 409
    assert put(visitor, "house", raw="off").status_code == 200

# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace

from firewall.sight import Sight
from store.base.process_status import FirewallStatus
from store.config.choices import WallMode
from store.config.wall_switches import KINDS
from store.wall.bypass import BypassRow
from webui.views import bypass_view

ROW = BypassRow(100, 200, "192.168.1.21", 3, "doh", "8.8.8.8", 443, "tcp", True, "Google", 7)


def test_a_row_has_its_device_or_its_address() -> None:
    (line,) = bypass_view.lines([ROW], {3: "Redmi"})
    assert (line.device, line.device_id, line.title) == ("Redmi", 3, "DNS over HTTPS")
    (gone,) = bypass_view.lines([ROW], {})
    assert (gone.device, gone.device_id) == ("192.168.1.21", None)


def test_every_kind_has_a_title() -> None:
    assert all(bypass_view.title(kind)[0].isupper() for kind in KINDS)
    assert bypass_view.title("new") == "New"


def test_the_most_comes_first() -> None:
    assert [total.kind for total in bypass_view.totals({"dot": (1, 0), "raw": (5, 2)})] == ["raw", "dot"]


def test_how_it_stands() -> None:
    blind, sees = Sight("It cannot look.", "Let it."), Sight()
    assert "is off" in bypass_view.stands(WallMode.OFF, None, blind)[0]
    assert bypass_view.stands(WallMode.WATCH, None, blind) == ["It cannot look.", "Let it."]
    watching = FirewallStatus(standing=True, mode="watch", notes=("A note.",))
    watches = ["The wall watches: it counts, and everything passes.", "A note."]
    assert bypass_view.stands(WallMode.WATCH, watching, sees) == watches
    assert "nft refused" in bypass_view.stands(WallMode.ENFORCE, replace(watching, error="nft refused."), sees)[0]
    assert "holds" in bypass_view.stands(WallMode.ENFORCE, replace(watching, mode="enforce"), sees)[0]


def test_nothing_is_claimed_where_nobody_looked() -> None:
    assert bypass_view.nothing(Sight(), 100).heading == ""
    blind = bypass_view.nothing(Sight("It cannot look.", "Let it."), 100)
    assert (blind.heading, blind.why) == ("Not visible from here", "It cannot look. Let it.")
    assert bypass_view.nothing(Sight(), 100, readable=False).heading == "Not known"


def test_what_was_before_the_wall_is_not_claimed() -> None:
    assert bypass_view.nothing(Sight(since=50), 100).since is None
    assert bypass_view.nothing(Sight(since=150), 100).since == 150

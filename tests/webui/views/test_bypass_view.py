# SPDX-License-Identifier: GPL-3.0-or-later
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
    assert "is off" in bypass_view.stands(WallMode.OFF, None, 0)[0]
    assert "CAP_NET_ADMIN" in bypass_view.stands(WallMode.WATCH, None, 0)[0]
    said = {"time": 100, "standing": True, "mode": "watch", "notes": ["A note."], "error": ""}
    watches = ["The wall watches: it counts, and everything passes.", "A note."]
    assert bypass_view.stands(WallMode.WATCH, said, 105) == watches
    assert "CAP_NET_ADMIN" in bypass_view.stands(WallMode.WATCH, said, 1000)[0], "an old word counts no more"
    assert "nft refused" in bypass_view.stands(WallMode.ENFORCE, {**said, "error": "nft refused."}, 105)[0]
    assert "holds" in bypass_view.stands(WallMode.ENFORCE, {**said, "mode": "enforce"}, 105)[0]

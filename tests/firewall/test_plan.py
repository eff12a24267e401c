# SPDX-License-Identifier: GPL-3.0-or-later
from collections.abc import Callable
from ipaddress import ip_address

import pytest

from firewall import plan as plans
from firewall.plan import Plan
from network.address_sets import BadElement, elements
from network.local_network import LocalNetwork
from store.config.choices import WallMode
from store.config.wall_switches import Modes

Make = Callable[..., Plan]


def test_what_cannot_be_redirected_is_watched_and_said(make_plan: Make) -> None:
    made = make_plan(LocalNetwork(), wall_ntp="enforce")
    assert (made.house["port53"], made.house["ntp"]) == (WallMode.WATCH, WallMode.WATCH)
    assert [word for word in ("port 53", "port 123") if not any(word in note for note in made.notes)] == []
    served = make_plan(LocalNetwork(dns_ports=((4, 53),), ntp=True), wall_ntp="enforce")
    assert (served.house["port53"], served.house["ntp"], served.notes) == (WallMode.ENFORCE, WallMode.ENFORCE, ())


def test_each_switch_that_does_less_says_why(make_plan: Make) -> None:
    lowered = dict(make_plan(LocalNetwork(), wall_ntp="enforce").lowered)
    assert lowered.keys() == {"port53", "ntp"} and "port 53" in lowered["port53"] and "port 123" in lowered["ntp"]
    assert make_plan(wall_raw="off").lowered == ()
    watching = dict(make_plan(wall="watch").lowered)
    assert "no further" in watching["doh"] and "raw" not in watching
    assert all("passes nothing on" in why for _, why in make_plan(LocalNetwork(forwards=False)).lowered)


def test_a_plain_dns_server_says_what_it_cannot_do(make_plan: Make) -> None:
    assert any("telltale gateway" in note for note in make_plan(LocalNetwork(forwards=False)).notes)
    assert not any("telltale gateway" in note for note in make_plan(LocalNetwork()).notes)


def test_what_a_person_spares_is_spared(make_plan: Make) -> None:
    spared = {"wall_exceptions": ("198.51.100.0/24",), "wall_exempt": ("192.168.77.9",)}
    made = make_plan(**spared, allowed_networks=("9.0.0.0/8",))
    assert ip_address("198.51.100.7") in made.spared
    assert ip_address("192.168.77.9") in made.exempt
    assert ip_address("9.1.1.1") in made.home


def test_groups_with_equal_switches_share_a_profile(make_plan: Make) -> None:
    raw = Modes({"raw": WallMode.ENFORCE})
    made = make_plan(members=[("192.168.77.5", raw), ("AA:BB:CC:DD:EE:FF", raw), ("2001:DB8:77::5", Modes())])
    assert [profile.members for profile in made.profiles] == [
        ("192.168.77.5", "aa:bb:cc:dd:ee:ff"),
        ("2001:db8:77::5",),
    ]


def test_a_group_like_the_house_needs_no_profile_and_none_stands_above_the_wall(make_plan: Make) -> None:
    house = make_plan(wall="watch").house
    assert make_plan(wall="watch", members=[("192.168.77.5", house)]).profiles == ()
    (profile,) = make_plan(wall="watch", members=[("192.168.77.5", Modes({"raw": WallMode.ENFORCE}))]).profiles
    assert profile.modes["raw"] is WallMode.WATCH


def test_bounds(make_plan: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadElement):
        make_plan(members=[("192.168.77.5 : drop", Modes())])
    monkeypatch.setattr(plans, "MAX_PROFILES", 1)
    with pytest.raises(BadElement, match="different sets"):
        make_plan(members=[("192.168.77.5", Modes()), ("192.168.77.6", Modes({"raw": "watch", "doh": "watch"}))])
    monkeypatch.setattr(plans, "MAX_MEMBERS", 1)
    with pytest.raises(BadElement, match="clients"):
        make_plan(members=[("192.168.77.5", Modes()), ("192.168.77.6", Modes())])


def test_a_vendor_is_refused_by_its_name(make_plan: Make) -> None:
    made = make_plan(wall_refused_vendors=("acme lights", "Nobody"), wall_refused_networks=("198.51.100.0/24",))
    assert made.networks == elements(["110.43.0.83", "198.51.100.0/24"])
    assert any("'Nobody'" in note and "Acme Lights" in note for note in made.notes)
    assert not make_plan().networks

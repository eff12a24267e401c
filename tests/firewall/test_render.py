# SPDX-License-Identifier: GPL-3.0-or-later
"""The table as text: golden files, made anew by WRITE_GOLDEN=1, and what no plan can do."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall.plan import Plan, plan
from firewall.render import elements_of, render
from firewall.targets import Target, Targets
from network.local_network import LocalNetwork
from store.config.choices import WallMode
from store.config.settings import Settings
from store.config.wall_switches import BY_NAME, Modes

Make = Callable[..., Plan]
GOLDEN = Path(__file__).parent / "golden"
CASES: dict[str, dict[str, Any]] = {
    "off": {"wall": "off"},
    "watch": {"wall": "watch"},
    "enforce": {"wall_raw": "enforce", "wall_ntp": "enforce", "wall_refused_networks": ("198.51.100.0/24",)},
    "ipv4_only": {"local": LocalNetwork(dns_ports=((4, 5300),)), "wall_raw": "off"},
    "on_lan": {
        "local": LocalNetwork(
            dns_ports=((4, 53), (6, 5300)), dns_at=((4, "192.168.77.1"), (6, "fd00:77::1")), ntp=True
        ),
        "wall_raw": "off", "wall_ntp": "enforce",
    },
    "groups": {
        "wall_exempt": ("192.168.77.9",),
        "members": [
            ("192.168.77.5", Modes({"raw": WallMode.ENFORCE})),
            ("aa:bb:cc:dd:ee:ff", Modes({"raw": WallMode.ENFORCE})),
            ("2001:db8:77::6", Modes()),
        ],
    },
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, make_plan: Make) -> None:
    text, path = render(make_plan(**CASES[name])), GOLDEN / f"{name}.nft"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


mode = st.sampled_from(WallMode)
networks = st.tuples(st.ip_addresses(), st.integers(0, 128)).map(
    lambda pair: f"{pair[0]}/{pair[1] % (33 if pair[0].version == 4 else 129)}"
)
settings = st.builds(
    Settings,
    wall=mode,
    wall_switches=st.fixed_dictionaries(dict.fromkeys(BY_NAME, mode)).map(Modes),
    wall_refused_networks=st.lists(networks, max_size=4).map(tuple),
    wall_exceptions=st.lists(networks, max_size=2).map(tuple),
    wall_exempt=st.lists(networks, max_size=2).map(tuple),
)
local_networks = st.builds(
    LocalNetwork,
    on_link=st.lists(networks, max_size=2).map(tuple),
    own=st.lists(st.ip_addresses().map(str), max_size=2).map(tuple),
    dns_ports=st.sampled_from([(), ((4, 53),), ((6, 53),), ((4, 5300), (6, 5300))]),
    dns_at=st.sampled_from([(), ((4, "192.168.77.1"),), ((4, "192.168.77.1"), (6, "fd00:77::1"))]),
    ntp=st.booleans(),
)
members = st.lists(
    st.tuples(
        st.one_of(st.ip_addresses().map(str), st.just("aa:bb:cc:dd:ee:ff")),
        st.fixed_dictionaries({}, optional=dict.fromkeys(BY_NAME, mode)).map(Modes),
    ),
    max_size=3,
)


@given(settings, local_networks, members)
def test_no_plan_can_cut_off_this_machine(values: Settings, local: LocalNetwork, who: Any) -> None:
    """SSH and the pages come in by the hook `input` and go out by `output`: no plan has a chain there.

    What is redirected before that is port 53 and 123 alone, and never what is sent to this machine's own addresses.
    """
    text = render(plan(values, local, Targets((), ()), who))
    assert re.findall(r"^\t*type (\w+) hook (\w+) ", text, re.M) == [("nat", "prerouting"), ("filter", "forward")]
    assert set(re.findall(r"policy (\w+);", text)) == {"accept"}
    hook = text[text.index("chain redirect_dns") :].splitlines()
    assert [line.strip() for line in hook[2:4]] == [
        "fib daddr type local return",
        "meta l4proto { tcp, udp } th dport { 53, 123 } meta nfproto vmap { ipv4 : goto stray4, ipv6 : goto stray6 }",
    ]
    redirects = {line.strip() for line in text.splitlines() if "redirect to" in line or "dnat" in line}
    assert all(re.match(r"meta l4proto \{ tcp, udp \} th dport 53 |udp dport 123 ", line) for line in redirects)


@given(settings, local_networks, members)
def test_no_plan_names_another_table_or_includes_a_file(values: Settings, local: LocalNetwork, who: Any) -> None:
    text = render(plan(values, local, Targets((), ()), who))
    assert set(re.findall(r"\btable (\w+ \w+)", text)) == {"inet telltale"}
    assert not re.search(r"flush|include|define|\$|#|\"|'|;\s*\S.*;", text.replace("; policy accept;", ""))


@given(settings, local_networks, members)
def test_every_word_of_a_rule_leads_somewhere(values: Settings, local: LocalNetwork, who: Any) -> None:
    """What rules jump to, count in and look up is there."""
    text = render(plan(values, local, Targets((), ()), who))
    for used, made in (
        (r"goto (\w+)", r"chain (\w+) "),
        (r"@(\w+)", r"set (\w+) "),
        (r"name (\w+)", r"counter (\w+) "),
    ):
        assert set(re.findall(used, text)) <= set(re.findall(made, text))


def test_home_goes_before_everything(make_plan: Make) -> None:
    """Even a person who refuses the whole internet keeps the home."""
    text = render(make_plan(wall_refused_networks=("0.0.0.0/0", "::/0")))
    guard = text[text.index("chain guard4") :].splitlines()
    assert [line.strip() for line in guard[1:3]] == ["ip saddr != @home4 accept", "ip daddr @spared4 accept"]


def test_elements_come_in_steps_and_the_expired_stay_away() -> None:
    lines = list(elements_of("answers4", [(f"192.0.2.1 . 198.51.100.{n}", n) for n in range(3)]))
    assert lines == [
        "add element inet telltale answers4 "
        "{ 192.0.2.1 . 198.51.100.1 timeout 1s, 192.0.2.1 . 198.51.100.2 timeout 2s }"
    ]
    assert len(list(elements_of("answers4", [("a", 1)] * 2500))) == 3


def test_networks_are_held_by_their_own_kind(make_plan: Make) -> None:
    target = Target(plan_network(make_plan), "Acme", "test")
    text = render(plan(Settings(wall=WallMode.ENFORCE), LocalNetwork(), Targets((target,), ())))
    assert "elements = { 198.51.100.0/24 }" in text[text.index("set doh4") : text.index("set httpdns4")]


def plan_network(make_plan: Make) -> Any:
    return make_plan(wall_refused_networks=("198.51.100.0/24",)).networks.v4[0]

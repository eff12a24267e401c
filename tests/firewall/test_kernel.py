# SPDX-License-Identifier: GPL-3.0-or-later
"""The table in a real kernel, inside a namespace of the test's own."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from namespaces import Namespace

from firewall import kernel, netlink
from firewall.kernel import WallError
from firewall.plan import Plan
from firewall.render import REMOVE, elements_of, render

pytestmark = pytest.mark.netns
Make = Callable[..., Plan]

NEIGHBOURS = """
table ip docker {
    chain nat {
        type nat hook postrouting priority srcnat; policy accept;
        ip saddr 172.17.0.0/16 masquerade
    }
}
table inet firewalld {
    set kept { type ipv4_addr; elements = { 192.0.2.7 }
    }
    chain input {
        type filter hook input priority filter; policy accept;
        tcp dport 22 counter accept
    }
}
"""


@pytest.fixture
def neighbours(alone: Namespace) -> str:
    """Other programs' tables, and how they read."""
    alone.run("nft", "-f", "-", stdin=NEIGHBOURS)
    return str(alone.ruleset())


@pytest.mark.parametrize(
    "chosen",
    [
        {"wall": "off"},
        {"wall": "watch"},
        {"wall_raw": "enforce", "wall_ntp": "enforce", "wall_refused_networks": ("198.51.100.0/24", "::/0")},
    ],
)
def test_put_up_and_taken_down_without_a_trace(alone: Any, neighbours: str, make_plan: Make, chosen: Any) -> None:
    with alone.inside():
        assert not kernel.standing()
        kernel.apply(render(make_plan(**chosen)))
        assert kernel.standing()
        assert alone.ruleset().startswith(neighbours)
        assert set(netlink.counters().values()) <= {0}
        kernel.apply(render(make_plan(**chosen)))
        assert kernel.remove()
        assert alone.ruleset() == neighbours
        assert not kernel.remove()


def test_a_refused_table_changes_nothing(alone: Any, neighbours: str, make_plan: Make) -> None:
    with alone.inside():
        kernel.apply(render(make_plan()))
        before = alone.ruleset()
        with pytest.raises(WallError, match="stays as it was"):
            kernel.apply(render(make_plan()).replace("chain guard6 {", "chain guard6 { flub"))
        assert alone.ruleset() == before


def test_answers_are_carried_into_the_next_table(alone: Any, make_plan: Make) -> None:
    with alone.inside():
        kernel.apply(render(make_plan()))
        assert kernel.carried() == []
        begun = time.monotonic()
        kernel.add_elements(elements_of("answers4", [("192.168.77.5 . 198.51.100.7", 900)]))
        kernel.add_elements(elements_of("answers_mac6", [("aa:bb:cc:dd:ee:ff . 2001:db8::7", 900)]))
        kernel.apply(render(make_plan(wall_doh="off"), kernel.carried()))
        (one,) = kernel.read_set("answers4")
        assert one.parts == ("192.168.77.5", "198.51.100.7")
        assert 898 - (time.monotonic() - begun) <= one.expires <= 900
        assert [each.parts for each in kernel.read_set("answers_mac6")] == [("aa:bb:cc:dd:ee:ff", "2001:db8::7")]


def test_ten_thousand_answers(alone: Any, make_plan: Make) -> None:
    pairs = [(f"192.168.77.{n % 250} . 198.18.{n // 250}.{n % 250}", 600) for n in range(10_000)]
    with alone.inside():
        kernel.apply(render(make_plan()))
        kernel.add_elements(elements_of("answers4", pairs))
        kernel.apply(render(make_plan(), kernel.carried()))
        assert len(kernel.read_set("answers4")) == len({pair for pair, _ in pairs}) == 10_000


def test_a_kill_leaves_the_old_table_or_the_new(alone: Any, neighbours: str, make_plan: Make, tmp_path: Path) -> None:
    """nft itself is killed at any moment while it swaps two tables."""
    files = []
    for number, chosen in enumerate(({"wall": "watch"}, {"wall_raw": "enforce"})):
        many = tuple(f"198.{18 + number}.{n}.0/25" for n in range(60))
        path = tmp_path / f"{number}.nft"
        path.write_text(render(make_plan(wall_refused_networks=many, **chosen)))
        files.append(path)
    seen = []
    for path in files:
        alone.run("nft", "-f", str(path))
        seen.append(alone.ruleset())
    chance = random.Random(5)
    for turn in range(40):
        process = alone.start("nft", "-f", str(files[turn % 2]))
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert alone.ruleset() in seen


def test_without_the_power_there_is_a_sentence(alone: Any) -> None:
    code = "from firewall import kernel\ntry: kernel.remove()\nexcept kernel.WallError as e: print(e)"
    command = ["setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-c", code]
    done = alone.run(*command, check=False, cwd=Path(__file__).parents[2])
    if any(words in done.stderr for words in ("ModuleNotFoundError", "Permission denied", "shared libraries")):
        pytest.skip("nobody may not read this checkout or its interpreter")
    assert "CAP_NET_ADMIN" in done.stdout, done.stderr


def test_without_nft_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any, **__: Any) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", none)
    with pytest.raises(WallError, match="apt-get install nftables"):
        kernel.standing()


def test_removing_is_one_transaction(alone: Any) -> None:
    alone.run("nft", "-f", "-", stdin=REMOVE)
    assert alone.ruleset() == ""

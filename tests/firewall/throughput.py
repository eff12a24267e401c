# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall costs of forwarded throughput: `python tests/firewall/throughput.py [--pairs N] [--beside nat] …`.

Not part of the suite: it takes minutes and asserts nothing. iperf3 runs from the phone through the gateway to the
internet, all of it network namespaces of this machine, with the wall and without in turn (ABBA), and the ratio of each
pair is told, with the median and the spread. `--beside`: what the gateway does in both cases, nothing (`bare`), track
connections (`tracked`), or masquerade as a home's gateway does (`nat`). Client and server have a core each, since the
scheduler's choices move the figures more than any wall. Needs root, nft, ip and iperf3.
"""

import argparse
import json
import statistics
import sys
import tempfile
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "fixtures"), str(HERE.parents[1])]

from conftest import AT_HOME  # noqa: E402
from namespaces import Home, a_home  # noqa: E402
from waiting import until  # noqa: E402

from firewall import kernel  # noqa: E402
from firewall.plan import plan  # noqa: E402
from firewall.render import elements_of, render  # noqa: E402
from firewall.targets import Target, Targets  # noqa: E402
from store.config import settings  # noqa: E402

SERVER = "198.51.100.5"
PHONE = "192.168.77.10"
IN_DOH, IN_ANSWERS = 10_000, 40_000  # 50,000 elements; the first set has intervals, the second has pairs
BESIDE = {
    "bare": "",
    "tracked": "table inet other { chain pass { type filter hook forward priority filter; ct state new accept; }; }",
    "nat": "table ip nat { chain out { type nat hook postrouting priority srcnat; oifname eth0 masquerade; }; }",
}


def main() -> None:
    """Measure, and print a line a pair and the figures as JSON at the end."""
    parser = argparse.ArgumentParser(description="Forwarded throughput with the wall and without, in pairs.")
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--beside", choices=BESIDE, default="bare")
    parser.add_argument("--cores", default="0,1", help="of client and server; empty: as the scheduler likes")
    parser.add_argument("--rate", default="0", help="offered, such as 1G; 0: as much as goes")
    parser.add_argument("--udp", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_home(Path(folder)) as home:
        server = home.internet.start("iperf3", "-s", "-B", SERVER, stdout=-3)
        until(lambda: server.poll() is None and "state UP" in home.phone.run("ip", "link").stdout)
        _one(home, chosen)  # warms up
        found = [_pair(home, chosen, wall_first=bool(number % 2)) for number in range(chosen.pairs)]
    ratios = [walled / bare for walled, bare in found]
    for (walled, bare), ratio in zip(found, ratios, strict=True):
        print(f"wall {walled:6.2f}  plain {bare:6.2f} Gbit/s  ratio {ratio:.3f}")
    quarters = statistics.quantiles(ratios, n=4)
    print(json.dumps({
        "median": round(statistics.median(ratios), 4), "quartiles": [round(quarters[0], 4), round(quarters[2], 4)],
        "lowest": round(min(ratios), 4), "highest": round(max(ratios), 4),
        "ratio_of_sums": round(sum(walled for walled, _ in found) / sum(bare for _, bare in found), 4), **vars(chosen),
    }))  # fmt: skip


def _pair(home: Home, chosen: argparse.Namespace, wall_first: bool) -> tuple[float, float]:
    """(with the wall, without) in Gbit/s."""
    rates = {}
    for walled in (wall_first, not wall_first):
        _put(home, walled, BESIDE[chosen.beside])
        rates[walled] = _one(home, chosen)
    return rates[True], rates[False]


def _put(home: Home, walled: bool, beside: str) -> None:
    home.gateway.run("nft", "flush", "ruleset")
    if beside:
        home.gateway.run("nft", beside)
    if walled:
        with home.gateway.inside():
            kernel.apply(TABLE)


def _table() -> str:
    """The wall enforced in all that it can, its sets holding 50,000 elements."""
    doh = tuple(
        Target(ip_network((int(IPv4Address("11.0.0.0")) + 2 * one, 32)), "many", "test") for one in range(IN_DOH)
    )
    chosen = {"wall": "enforce", "wall_raw": "enforce", "wall_ntp": "watch"}
    made = plan(settings.build(chosen), AT_HOME, Targets(doh, ()))
    begin = int(IPv4Address("12.0.0.0"))
    pairs = [(f"{PHONE} . {IPv4Address(begin + one)}", 3600) for one in range(IN_ANSWERS - 1)]
    return render(made, list(elements_of("answers4", [(f"{PHONE} . {SERVER}", 3600), *pairs])))


TABLE = _table()


def _one(home: Home, chosen: argparse.Namespace) -> float:
    command = ["iperf3", "-c", SERVER, "-t", str(chosen.seconds), "-O", "0.5", "-b", chosen.rate, "--json"]
    command += ["-A", chosen.cores] if chosen.cores else []
    said: dict[str, Any] = json.loads(home.phone.run(*command, *(["-u"] if chosen.udp else [])).stdout)
    ends = said["end"]
    return float((ends["sum"] if chosen.udp else ends["sum_received"])["bits_per_second"]) / 1e9


if __name__ == "__main__":
    main()

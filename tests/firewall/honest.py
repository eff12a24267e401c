# SPDX-License-Identifier: GPL-3.0-or-later
"""A well-behaved client behind the wall: `python tests/firewall/honest.py [--count N] [--mode watch|enforce] …`.

Not part of the suite: it takes a minute or two. The whole appliance runs on a gateway, all of it network namespaces of
this machine. A phone asks N names, each with an address of its own, and connects to each address `--pause-ms` after it
knows it: between a real phone and its gateway are a network and an app, which take a few. (The addresses are of the
internet, since others would be hidden; the namespaces lead to none of it.)

Told at the end, as JSON: what the wall caught (nothing is right), how long connections took, how many first packets
came before the word of their answer, and what stays open when every process is killed and started again. Needs root,
nft and ip.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "fixtures"), str(HERE.parents[1])]

from namespaces import Home, a_home  # noqa: E402
from test_whole import Appliance  # noqa: E402
from waiting import until  # noqa: E402

from store.base import db  # noqa: E402
from store.config import edit  # noqa: E402
from store.wall import bypass  # noqa: E402

# The appliance of the tests asks 203.0.113.2, which is to mean the answerer here.
HOOK = "type nat hook prerouting priority dstnat"
TURN = f"table ip t {{ chain c {{ {HOOK}; ip daddr 203.0.113.2 udp dport 53 redirect to :5300; }}; }}"
SOME = 300  # addresses that are tried again after the restart
# Answers nN.good.example with the Nth address of 45.80.0.0/16, TTL 60.
ANSWERER = """
import re, socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("203.0.113.2", 5300))
while True:
    q, who = s.recvfrom(2048); end = q.index(0, 12) + 5; n = re.match(rb".n(\\d+)", q[12:end], re.I)
    a = n and q[end - 4:end - 2] == b"\\0\\1"
    r = b"\\xc0\\x0c\\0\\1\\0\\1" + struct.pack("!IHI", 60, 4, (45 << 24 | 80 << 16) + int(n[1])) if a else b""
    s.sendto(q[:2] + b"\\x81\\x80\\0\\1" + (b"\\0\\1" if a else b"\\0\\0") + b"\\0\\0\\0\\0" + q[12:end] + r, who)
"""
# Asks, connects at once, and says for each how many ms the connection took, or why there was none.
PHONE = """
import socket, struct, sys, time
begin, end, pause = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.settimeout(5); u.connect(("192.168.77.1", 53))
for n in range(begin, end):
    name = b"n%d" % n
    u.send(struct.pack("!HHHHHH", n & 65535, 256, 1, 0, 0, 0) + bytes([len(name)]) + name
           + b"\\4good\\7example\\0\\0\\1\\0\\1")
    try:
        a = u.recv(512); where = socket.inet_ntoa(a[-4:]); time.sleep(pause); begun = time.perf_counter()
        with socket.create_connection((where, 443), 5): print(round((time.perf_counter() - begun) * 1000, 2))
    except OSError as error: print(error)
"""
AGAIN = """
import socket, struct, sys
for n in range(0, int(sys.argv[1]), int(sys.argv[2])):
    where = socket.inet_ntoa(struct.pack("!I", (45 << 24 | 80 << 16) + n))
    try:
        with socket.create_connection((where, 443), 5): print("open")
    except OSError as error: print(error)
"""


def main() -> None:
    """Run, and print the figures."""
    parser = argparse.ArgumentParser(description="A well-behaved client behind the wall.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--mode", choices=("watch", "enforce"), default="enforce")
    parser.add_argument("--pause-ms", type=float, default=1.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_home(Path(folder)) as home:
        home.internet.ip("route add local 45.80.0.0/16 dev lo")
        home.internet.run("nft", TURN)
        home.internet.start(sys.executable, "-c", ANSWERER)
        appliance = _appliance(home, Path(folder), chosen.mode)
        try:
            print(json.dumps(_figures(home, appliance, chosen.count, chosen.pause_ms / 1000), indent=1))
        finally:
            appliance.stop()


def _appliance(home: Home, folder: Path, mode: str) -> Appliance:
    state, run = folder / "state", folder / "run"
    db.open_config(state)
    run.mkdir()
    edit.put_settings(edit.engine(state), {"wall": mode, "wall_raw": mode})
    appliance = Appliance(home, state, run)
    appliance.start()
    until(appliance.stands)
    return appliance


def _figures(home: Home, appliance: Appliance, count: int, pause: float) -> dict[str, Any]:
    took, other = [], Counter[str]()
    for begin in range(0, count, 50):  # a process may run for a minute, and each connection may take a second
        span = (str(begin), str(min(count, begin + 50)), str(pause))
        for line in home.phone.run(sys.executable, "-c", PHONE, *span).stdout.split("\n"):
            if line.replace(".", "").isdigit():
                took.append(float(line))
            elif line:
                other[line] += 1
    time.sleep(12)  # what the wall caught would be a row by now
    took.sort()
    held = _elements(home)
    appliance.stop(signal.SIGKILL)
    killed = _again(home, count)
    appliance.start()
    until(appliance.stands)
    return {
        "connections": len(took), "failed": dict(other), "caught": _caught(appliance), "counters": _counters(home),
        "ms_median": took[len(took) // 2], "ms_p99": took[len(took) * 99 // 100], "ms_longest": took[-1],
        "first_packet_repeated": sum(one > 500 for one in took), "answers_in_the_kernel": held,
        "open_while_every_process_is_dead": killed, "open_after_the_restart": _again(home, count),
        "answers_in_the_kernel_after": _elements(home), "told_lost": appliance.said("firewall").get("lost_answers"),
        "sets": _sizes(home),
    }  # fmt: skip


def _again(home: Home, count: int) -> dict[str, int]:
    step = max(1, count // SOME)
    return dict(Counter(home.phone.run(sys.executable, "-c", AGAIN, str(count), str(step)).stdout.split("\n")[:-1]))


def _elements(home: Home) -> dict[str, int]:
    said = {name: home.gateway.run("nft", "-j", "list", "set", "inet", "telltale", name).stdout for name in
            ("answers4", "answers_mac4")}  # fmt: skip
    return {name: len(json.loads(text)["nftables"][1]["set"].get("elem", [])) for name, text in said.items()}


def _counters(home: Home) -> dict[str, int]:
    said = json.loads(home.gateway.run("nft", "-j", "list", "counters", "table", "inet", "telltale").stdout)
    return {one["counter"]["name"]: one["counter"]["packets"] for one in said["nftables"] if "counter" in one}


def _sizes(home: Home) -> int:
    return len(home.gateway.run("nft", "list", "table", "inet", "telltale").stdout)


def _caught(appliance: Appliance) -> list[str]:
    con = bypass.open_reader(appliance.state)
    if con is None:
        return []
    with closing(con):
        return [f"{row.kind} {row.address}:{row.port} {row.count}" for row in bypass.rows(con, 0, 2**40)]


if __name__ == "__main__":
    main()

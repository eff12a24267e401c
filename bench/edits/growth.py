# SPDX-License-Identifier: GPL-3.0-or-later
"""A home of 10,000 devices: how long a snapshot takes, and whether memory creeps: `python -m bench.edits.growth`.

In this process, a snapshot is built a few times, all devices ask, and what that takes is told. Then an appliance with
that home is edited once a second, while its clients ask, and the memory of its worker is told as a curve. Prints JSON.
"""

import argparse
import gc
import json
import os
import resource
import socket
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from bench import crowd, machine, packets
from bench.edits import big_home
from bench.edits.__main__ import RESULTS, Servers
from bench.telltale import Telltale
from resolver.answer import snapshot
from resolver.worker import GC_THRESHOLD
from store.base import db, status
from store.household import policy

BUILDS = 5
ASK_SECONDS = 0.3  # of each second


def main() -> int:
    """Measure, print and write it down."""
    parser = argparse.ArgumentParser(prog="python -m bench.edits.growth", description="A home of 10,000 devices.")
    parser.add_argument("--seconds", type=int, default=60, help="for which there is an edit a second")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"machine": machine.describe()}
    with tempfile.TemporaryDirectory(prefix="growth-", dir=given.out) as folder, Servers() as servers:
        appliance = Telltale(Path(folder) / "appliance", [], servers.ports[0], settings={"TZ": "UTC"})
        try:
            appliance.prepare([])
            with closing(db.connect(appliance.state / "config.db")) as con:
                big_home.fill(con)
            told["alone"] = alone(appliance.state)
            appliance.launch()
            appliance.wait_for_pages()
            told["curve"] = curve(appliance, given.seconds)
        finally:
            appliance.remove()
    told["machine"]["load_after"] = os.getloadavg()[0]
    name = f"growth-{told['machine']['date'][:19].replace(':', '')}-{told['machine']['commit']}.json"
    text = json.dumps(told, indent=1)
    (given.out / name).write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


def alone(state: Path) -> dict[str, Any]:
    """Build snapshots, and let everybody ask, in a process that does nothing else, as a worker does. Seconds, MiB."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    took: dict[str, list[float]] = {"policy_s": [], "snapshot_s": [], "cpu_s": [], "admit_all_s": []}
    memory = [_rss_mib(os.getpid())]
    now: snapshot.Snapshot | None = None
    with closing(db.connect(state / "config.db")) as con:
        for _ in range(BUILDS):
            begun = time.perf_counter()
            policy.load(con)
            took["policy_s"].append(time.perf_counter() - begun)
    for _ in range(BUILDS):
        begun, cpu = time.perf_counter(), time.process_time()
        now = snapshot.build(state, {}, now)
        took["snapshot_s"].append(time.perf_counter() - begun)
        took["cpu_s"].append(time.process_time() - cpu)
        begun = time.perf_counter()
        for number in range(big_home.DEVICES * big_home.ADDRESSES):
            now.admit(big_home.address(number))
        took["admit_all_s"].append(time.perf_counter() - begun)
        memory.append(_rss_mib(os.getpid()))
    return {
        **{what: [round(each, 3) for each in seconds] for what, seconds in took.items()},
        "seats": len(now._seats) if now else 0, "rss_mib": memory,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }  # fmt: skip


def curve(appliance: Telltale, seconds: int) -> dict[str, Any]:
    """An edit a second; memory of the worker (MiB, resident), and how long each edit took to be its policy (ms)."""
    run = status.find_run_dir(appliance.state, {})
    worker = appliance.role_pid("worker-1")
    everybody = big_home.DEVICES * big_home.ADDRESSES
    queries = [packets.query(f"name{number}.steady.example") for number in range(200)]
    memory, acted, lost = [_rss_mib(worker)], [], 0.0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        for number in range(seconds):
            begun = time.monotonic()
            _edit(appliance, number)
            before = _version(run)
            while _version(run) == before and time.monotonic() - begun < 5:
                time.sleep(0.005)
            acted.append(round((time.monotonic() - begun) * 1000))
            lost += crowd.ask(sock, ("127.0.0.1", appliance.port), everybody, queries, ASK_SECONDS)["lost"]
            time.sleep(max(0.0, begun + 1 - time.monotonic()))
            memory.append(_rss_mib(worker))
    peak = next(line.split()[1] for line in _status(worker) if line.startswith("VmHWM"))
    return {"rss_mib": memory, "edit_to_policy_ms": acted, "lost": lost, "peak_mib": int(peak) >> 10}


def _edit(appliance: Telltale, number: int) -> None:
    """One of four kinds, each of which makes a new policy."""
    group = f"group:{number % big_home.GROUPS + 1}"
    body: tuple[str, str, Any] = (
        ("POST", "/rules", {"kind": "block", "name": f"grown{number}.example", "scope": group}),
        ("POST", "/pauses", {"scope": group, "minutes": 1}),
        ("PUT", "/services/service:tiktok/toggle", {"on": bool(number % 8 > 3), "scope": group}),
        ("POST", "/exceptions", {"scope": f"device:{number + 1}", "name": "some.example", "minutes": 1}),
    )[number % 4]
    done = appliance.call(body[0], f"/api/v1{body[1]}", body[2])
    if done.status >= 300:
        raise RuntimeError(f"{body}: {done.status} {done.body!r}")


def _version(run: Path) -> int:
    worker = status.read(run).workers.get("worker-1")
    return worker.policy_version if worker else 0


def _status(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/status").read_text().splitlines()


def _rss_mib(pid: int) -> float:
    return round(next(int(line.split()[1]) for line in _status(pid) if line.startswith("VmRSS")) / 1024, 1)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])  # children are started as modules of this checkout
    sys.exit(main())

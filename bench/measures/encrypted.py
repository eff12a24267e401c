# SPDX-License-Identifier: GPL-3.0-or-later
"""What is forwarded over TLS and HTTPS, beside unbound that forwards over TLS: names a second, processor time, memory.

Names that nobody has asked for, so that each is a question to the upstream; the upstream has the other core.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import dnsperf, names
from bench.bed import Bed
from bench.dnsperf import Ran
from bench.encrypted import EncryptedUpstream, UnboundOverTls
from bench.results import TELLTALE
from bench.servers import Server, found, pinned

RATE = 1_000  # at which processor time is measured: what each of them holds
MOST_PER_SECOND = 30_000  # more than any of them forwards
CONNECTIONS = 150
TITLES = {"tls": "TLS", "https": "HTTPS"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A server, and over what it asks the upstream."""

    server: Server
    scheme: str


def run(bed: Bed) -> None:
    """Telltale over TLS and HTTPS, unbound over TLS, in turn."""
    if not found("unbound"):
        bed.results.skipped["forwarded over TLS and HTTPS"] = "without unbound there is no upstream"
        return
    upstream = EncryptedUpstream(bed.folder / "encrypted-upstream", [bed.load_core])
    trust = {"SSL_CERT_FILE": str(upstream.authority)}
    asked = [
        *(Asked(bed.telltale(f"over-{scheme}", workers=1, settings=trust, spec=spec), scheme)
          for scheme, spec in upstream.specs.items()),
        Asked(UnboundOverTls(bed.folder / "unbound-over-tls", [bed.server_core], upstream), "tls"),
    ]  # fmt: skip
    try:
        upstream.start()
        for each in asked:
            each.server.start([], "www.first.example")
            bed.calm(each.server)
        _rates(bed, asked)
        _processor_time(bed, asked)
        _memory(bed, upstream)
    finally:
        for each in asked:
            each.server.remove()
        upstream.remove()


def _rates(bed: Bed, asked: list[Asked]) -> None:
    ran: dict[int, list[Ran]] = {}
    for number in range(bed.scale.rounds):
        for at, each in enumerate(asked):
            queries = _unique(bed, f"e{number}{at}", bed.scale.rate_seconds * MOST_PER_SECOND)
            once = dnsperf.run(each.server.port, queries, seconds=bed.scale.rate_seconds, core=bed.load_core)
            ran.setdefault(at, []).append(once)
    for at, each in enumerate(asked):
        what = f"unique names over {TITLES[each.scheme]}"
        bed.note(f"{what}, q/s", each.server.name, "q/s", [once.rate for once in ran[at]])
        failed = sum(once.completed - once.rcodes.get("NOERROR", 0) for once in ran[at])
        note = f"{failed} failed" if failed else ""
        bed.note(f"{what}, lost", each.server.name, "queries", [sum(once.lost for once in ran[at])], note)


def _processor_time(bed: Bed, asked: list[Asked]) -> None:
    spent: dict[int, list[float]] = {}
    for number in range(bed.scale.cpu_rounds):
        for at, each in enumerate(asked):
            queries = _unique(bed, f"c{number}{at}", bed.scale.cpu_seconds * RATE)
            bed.settle(each.server)
            before = each.server.cpu_seconds()
            once = dnsperf.run(each.server.port, queries, seconds=bed.scale.cpu_seconds, core=bed.load_core, limit=RATE)
            bed.settle(each.server)
            spent.setdefault(at, []).append((each.server.cpu_seconds() - before) / max(1, once.completed) * 1e6)
    for at, each in enumerate(asked):
        title = f"processor time a query, unique names over {TITLES[each.scheme]} at {RATE:,} q/s"
        bed.note(title, each.server.name, "µs", spent[at])


def _memory(bed: Bed, upstream: EncryptedUpstream) -> None:
    for scheme, spec in upstream.specs.items():
        command = [sys.executable, "-m", "bench.connections", spec, str(CONNECTIONS)]
        done = subprocess.run(
            pinned([bed.server_core], command), capture_output=True, text=True, check=False,
            env={**os.environ, "SSL_CERT_FILE": str(upstream.authority)},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"connections over {TITLES[scheme]}: {done.stderr.strip().rpartition(chr(10))[2]}")
        note = f"the mean of {CONNECTIONS}"
        bed.note(f"memory a connection over {TITLES[scheme]}", TELLTALE, "KiB", [json.loads(done.stdout)["kib"]], note)


def _unique(bed: Bed, salt: str, count: float) -> Path:
    return bed.write("unique.txt", names.unique(int(count), salt))

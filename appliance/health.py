# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale health`: whether DNS answers, asked over DNS. The container's healthcheck, so it starts quickly."""

import json
import os
import random
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from appliance.options import Parser
from appliance.sockets import Endpoint, show
from resolver import local
from store import settings, status

TIMEOUT = 2.0
TYPE_A = 1
_HEADER = struct.Struct("!6H")
# The supervisor publishes every 5 s; a file much older is left over from an appliance that is gone.
FRESH_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Health:
    """status is `ok`, `degraded` (DNS answers, but something else is wrong) or `down`."""

    status: str
    dns: str
    milliseconds: float | None
    problems: list[str] = field(default_factory=list)


def main(argv: Sequence[str]) -> int:
    """Print the health in a line, or as JSON; exit code 0 when DNS answers."""
    parser = Parser(prog="telltale health", description="Exits 0 when DNS answers.")
    parser.add_argument("--state", metavar="DIR", help="the state directory")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--debug", action="store_true", help="show details of unexpected errors")
    args = parser.parse_args(argv)
    found = check(settings.state_dir(args.state, os.environ), os.environ)
    if args.json:
        print(json.dumps(asdict(found)))
    else:
        took = f" in {found.milliseconds} ms" if found.milliseconds is not None else ""
        print(f"{found.status}: DNS on {found.dns} {'answers' + took if took else 'does not answer'}")
        for problem in found.problems:
            print(f"  {problem}")
    return 1 if found.status == "down" else 0


def check(state: Path, environ: Mapping[str, str]) -> Health:
    """Ask the appliance of this state directory for its own name."""
    supervisor = read_status(state, environ).get("supervisor", {})
    address, port = dns_endpoint(state, environ, supervisor)
    begun = time.monotonic()
    answered = ask(local.health_name(settings.load(state, environ).own_name), (address, port)) is not None
    took = round((time.monotonic() - begun) * 1000, 1)
    where = show((address, port))
    if not answered:
        return Health("down", where, None, ["Start it with `telltale run`, or ask `telltale doctor` what is wrong."])
    problems = child_problems(supervisor)
    return Health("degraded" if problems else "ok", where, took, problems)


def dns_endpoint(state: Path, environ: Mapping[str, str], supervisor: Mapping[str, object]) -> Endpoint:
    """Where this machine asks the appliance: what it bound when it runs, else what is set; wildcards by loopback."""
    bound = supervisor.get("dns")
    spec = str(bound[0]) if isinstance(bound, list) and bound else settings.load(state, environ).dns[0]
    address, port = settings.parse_endpoint(spec, 53)
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address), port  # noqa: S104


def read_status(state: Path, environ: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """What the processes last said of themselves, without what is left over from one that is gone."""
    found = status.read(status.find_run_dir(state, environ))
    now = time.time()
    return {role: values for role, values in found.items() if now - _number(values.get("time")) < FRESH_SECONDS}


def child_problems(supervisor: Mapping[str, object]) -> list[str]:
    """A sentence for each child that is restarted again and again, or that is down."""
    children = supervisor.get("children")
    return [
        f"{child.get('role')} keeps ending and is restarted; its last lines in the log say why."
        for child in (children if isinstance(children, list) else ())
        if child.get("state") == "failing"
    ]


def ask(name: str, server: Endpoint, qtype: int = TYPE_A, timeout: float = TIMEOUT) -> tuple[int, bytes] | None:
    """(rcode, packet) of one query over UDP, or None when no response comes; a response must match id and question."""
    ident = random.SystemRandom().randrange(1 << 16)
    question = encode(name) + struct.pack("!2H", qtype, 1)
    query = _HEADER.pack(ident, 0x0100, 1, 0, 0, 0) + question
    deadline = time.monotonic() + timeout
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(server)
            sock.send(query)
            while (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                packet = sock.recv(4096)
                if packet[:2] == query[:2] and packet[12 : 12 + len(question)].lower() == question.lower():
                    return packet[3] & 15, packet
        except OSError:
            return None
    return None


def encode(name: str) -> bytes:
    """A name in wire form, uncompressed. Raises ValueError for a label that is empty or longer than 63 bytes."""
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    if any(not 0 < len(label) < 64 for label in labels):
        raise ValueError(f"not a name: {name}")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0

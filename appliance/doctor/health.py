# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale health`: whether DNS answers, asked over DNS. The container's healthcheck, so it starts quickly."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from appliance.process.sockets import Endpoint, show
from appliance.start.run_options import Parser
from resolver.answer import local_names
from store.base import status
from store.config import settings
from wire.stub import ask as ask

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
    answered = ask(local_names.health_name(settings.load(state, environ).own_name), (address, port)) is not None
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


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale demo`: the appliance with a simulated household and an upstream of its own, all on loopback.

Before it begins, thirty days of the same household are written into its log (appliance.demo.history), so that no page
is empty. Every number on every page is a query of that log, or one that was sent and answered. It keeps to a state
directory of its own, a temporary one unless it is named, and never touches that of a real appliance.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import closing
from pathlib import Path

from appliance.demo.household import PACE
from appliance.demo.household_devices import DEVICES
from appliance.errors import Complaint
from appliance.process import privilege, sockets
from appliance.process.children import Spec
from appliance.start import launch, run_options
from appliance.start.inventory import House
from appliance.start.run_options import Options
from store.base import argv, db
from store.base.sentences import say
from store.config import settings
from store.config.choices import NameSource
from store.config.endpoints import show_endpoint
from store.devices import found_names, sightings_store
from store.log import querylog

DNS = "127.0.0.1:5300"
WEB = "127.0.0.1:8053"
# No secret: everything the demo listens on is loopback, and it is printed at the start.
PASSWORD = "telltale-demo"  # noqa: S105
MARK = "demo"
SLOWEST, FASTEST = 0.01, 10_000
HOMELY = 0.5  # the pace after thirty days of a home, beside which a faster one would look like an outbreak
HISTORY, NONE = "30d", "none"
HISTORY_SECONDS = 600  # a slow Pi needs a tenth of that


def main(argv: Sequence[str]) -> int:
    """Run the demo until it is told to stop; return the exit code."""
    description = say("The appliance with a simulated household, on loopback.")
    parser = run_options.Parser(prog="telltale demo", description=description)
    own = say("a directory of the demo's own (else a temporary one)")
    parser.add_argument("--state", metavar="DIR", help=own)
    parser.add_argument("--dns", metavar="ADDR:PORT", default=DNS)
    parser.add_argument("--web", metavar="ADDR:PORT", default=WEB)
    parser.add_argument("--pace", type=float, help=say("how much faster than in a home time runs"))
    past = say("whether thirty days of history are written first, where there are none yet")
    parser.add_argument("--history", choices=(HISTORY, NONE), default=HISTORY, help=past)
    parser.add_argument("--debug", action="store_true", help=say("show details of unexpected errors"))
    args = parser.parse_args(argv)
    usual = HOMELY if args.history == HISTORY else PACE
    pace = usual if args.pace is None else args.pace
    if not SLOWEST <= pace <= FASTEST:
        raise Complaint(say("--pace takes a number from {low} to {high}.", low=SLOWEST, high=FASTEST))
    _loopback_only(args.dns, args.web)
    temporary = None if args.state else Path(tempfile.mkdtemp(prefix="telltale-demo-"))
    state = temporary or Path(args.state).absolute()
    try:
        claim(state)
        return run(state, args.dns, args.web, pace, os.environ, args.history == HISTORY)
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


def claim(state: Path) -> None:
    """Mark a directory as the demo's; raise Complaint when it holds a real appliance's data."""
    if (state / "config.db").exists() and not (state / MARK).exists():
        raise Complaint(say(
            "{state} holds the data of a real appliance; give the demo a directory of its own.", state=state
        ))
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (state / MARK).touch()


def run(
    state: Path, dns: str, web: str, pace: float, environ: MutableMapping[str, str], history: bool = True
) -> int:
    """The appliance with two more children; `history`: the past is written first, where there is none."""
    upstream = sockets.bind_dns([("127.0.0.1", 0)])
    variables = {
        "TELLTALE_STATE": str(state),
        "TELLTALE_DNS": dns,
        "TELLTALE_WEB": web,
        "TELLTALE_UPSTREAMS": show_endpoint(upstream.endpoints[0]),
        "TELLTALE_PASSWORD": PASSWORD,
    }
    # Beside the rest of the demo, so that it goes when the demo goes.
    environ["TELLTALE_RUN"] = str(state / "run")
    environ.update(variables)

    notes = write_history(state, variables["TELLTALE_UPSTREAMS"], environ) if history else []

    def more(house: House) -> list[Spec]:
        seed_devices(house.state)
        house.notes[:] = [say(
            "This is a demo; only this machine can see it. The password is {password}. Ctrl-C ends it.",
            password=PASSWORD,
        ), *notes]  # fmt: skip
        udp, tcp = upstream.udp[0].fileno(), upstream.tcp[0].fileno()
        server = show_endpoint(house.dns.endpoints[0])
        settled = ("--settled",) if history else ()
        return [
            Spec("demo-upstream", "appliance.demo.upstream", ("--udp", str(udp), "--tcp", str(tcp)), (udp, tcp)),
            Spec("demo-household", "appliance.demo.household", ("--server", server, "--pace", str(pace), *settled)),
        ]

    return launch.run(Options(str(state), variables, update=False, user=None), environ, more)


def write_history(state: Path, spec: str, environ: Mapping[str, str]) -> list[str]:
    """Write the household's past in a process of its own, unless the state has a log; what went wrong, in sentences."""
    if (state / querylog.FILE_NAME).exists():
        return []
    print(say("Thirty days of the household are written first; that takes some seconds."), flush=True)
    command = argv.fresh_interpreter("appliance.demo.history", "--state", str(state), "--upstream", spec)
    parent = os.getpid()
    try:
        subprocess.run(
            command, stdin=subprocess.DEVNULL, check=True, env=environ, timeout=HISTORY_SECONDS,
            preexec_fn=lambda: privilege.die_with(parent, signal.SIGKILL),
        )  # fmt: skip
    except subprocess.SubprocessError:
        return [say("The history could not be written; the lines above say why. The demo begins all the same.")]
    return []


def seed_devices(state: Path) -> None:
    """Make the household's devices known: on loopback nothing tells their hardware address and name."""
    with closing(db.connect(state / "config.db")) as con:
        for device in DEVICES:
            number = sightings_store.sighted(con, device.address, device.mac, now=int(time.time()))
            sightings_store.set_maker(con, number, device.maker)
            found_names.learn(con, number, NameSource.LEASE, device.name)


def _loopback_only(*endpoints: str) -> None:
    """Raise SettingError or Complaint unless each can only be reached from this machine."""
    if not all(settings.parse_endpoint(settings.validate("web", text), 0)[0].startswith("127.") for text in endpoints):
        raise Complaint(say("The demo answers on 127.x.x.x only, since its password is known; try 127.0.0.1:5300."))

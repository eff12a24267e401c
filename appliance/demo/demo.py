# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale demo`: the appliance with a simulated household and an upstream of its own, all on loopback.

Nothing in it is made up afterwards: every number on every page is a query that was sent and answered. It keeps to a
state directory of its own, a temporary one unless it is named, and never touches that of a real appliance.
"""

import os
import shutil
import tempfile
import time
from collections.abc import MutableMapping, Sequence
from contextlib import closing
from pathlib import Path

from appliance.demo.household import PACE
from appliance.demo.household_devices import DEVICES
from appliance.errors import Complaint
from appliance.process import sockets
from appliance.process.children import Spec
from appliance.start import launch, run_options
from appliance.start.inventory import House
from appliance.start.run_options import Options
from store.base import db
from store.base.sentences import say
from store.config import settings
from store.config.choices import NameSource
from store.config.endpoints import show_endpoint
from store.devices import found_names, sightings_store

DNS = "127.0.0.1:5300"
WEB = "127.0.0.1:8053"
# No secret: everything the demo listens on is loopback, and it is printed at the start.
PASSWORD = "telltale-demo"  # noqa: S105
MARK = "demo"
SLOWEST, FASTEST = 0.01, 10_000


def main(argv: Sequence[str]) -> int:
    """Run the demo until it is told to stop; return the exit code."""
    description = say("The appliance with a simulated household, on loopback.")
    parser = run_options.Parser(prog="telltale demo", description=description)
    own = say("a directory of the demo's own (else a temporary one)")
    parser.add_argument("--state", metavar="DIR", help=own)
    parser.add_argument("--dns", metavar="ADDR:PORT", default=DNS)
    parser.add_argument("--web", metavar="ADDR:PORT", default=WEB)
    parser.add_argument("--pace", type=float, default=PACE, help=say("how much faster than in a home time runs"))
    parser.add_argument("--debug", action="store_true", help=say("show details of unexpected errors"))
    args = parser.parse_args(argv)
    if not SLOWEST <= args.pace <= FASTEST:
        raise Complaint(say("--pace takes a number from {low} to {high}.", low=SLOWEST, high=FASTEST))
    _loopback_only(args.dns, args.web)
    temporary = None if args.state else Path(tempfile.mkdtemp(prefix="telltale-demo-"))
    state = temporary or Path(args.state).absolute()
    try:
        claim(state)
        return run(state, args.dns, args.web, args.pace, os.environ)
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


def run(state: Path, dns: str, web: str, pace: float, environ: MutableMapping[str, str]) -> int:
    """The appliance with two more children."""
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

    def more(house: House) -> list[Spec]:
        seed_devices(house.state)
        house.notes[:] = [say(
            "This is a demo; only this machine can see it. The password is {password}. Ctrl-C ends it.",
            password=PASSWORD,
        )]  # fmt: skip
        udp, tcp = upstream.udp[0].fileno(), upstream.tcp[0].fileno()
        server = show_endpoint(house.dns.endpoints[0])
        return [
            Spec("demo-upstream", "appliance.demo.upstream", ("--udp", str(udp), "--tcp", str(tcp)), (udp, tcp)),
            Spec("demo-household", "appliance.demo.household", ("--server", server, "--pace", str(pace))),
        ]

    return launch.run(Options(str(state), variables, update=False, user=None), environ, more)


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

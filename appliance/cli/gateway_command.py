# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale gateway`: making this machine the way out of the home, so that the wall sees what passes."""

import os
import secrets
import signal
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.terminal import context, printing
from firewall import gateway, kernel, recipes
from network import routes
from resolver.explain import lookup
from resolver.upstream.upstream_policy import USUAL, UpstreamPolicy
from store.base import languages
from store.base.sentences import say
from store.config import usable_settings
from wire import message, stub
from wire.types import A

app = typer.Typer(help="This machine as the home's gateway.", rich_markup_mode=None, no_args_is_help=True)

ASK_SECONDS = 2.0


@app.command()
def plan(json: context.Json = False) -> None:
    """Print what would be changed, and what is then to be done at the devices."""
    made = gateway.plan(*routes.known_routes())
    if json:
        return printing.as_json(made)
    for path, value in made.switches:
        print(f"{path.replace('/', '.')} = {value}")
    print(made.table, end="")
    for sentence in made.sentences:
        print(f"# {languages.tell_here(sentence)}")
    return None


@app.command()
def apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Have the kernel check it, and change nothing.")] = False,
    state: context.State = None,
) -> None:
    """Make this machine the gateway; if the home is offline with it, everything is taken back at once."""
    made, folder = gateway.plan(*routes.known_routes()), context.directory(state)
    if dry_run:
        kernel.check(made.table)
        return printing.tell(say("It could be done; nothing was changed."))
    if not folder.is_dir():
        raise Complaint(say("There is no Telltale in {folder}; start it once with `telltale run`.", folder=folder))
    settings = usable_settings.load(folder, os.environ)
    # A line that breaks in the middle must not leave it half done.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    gateway.apply(made, folder, lambda: online(settings.upstreams, UpstreamPolicy.of(settings)))
    printing.tell(say("This machine is a gateway, and the home is online with it."))
    for sentence in made.sentences:
        printing.tell(sentence)
    return None


@app.command()
def remove(state: context.State = None) -> None:
    """Take all of it back."""
    done = gateway.remove(context.directory(state))
    printing.tell(say("This machine is no gateway any more.") if done else say("It was none."))


@app.command()
def recipe(name: Annotated[str, typer.Argument(metavar="[ROUTER]", help="Which router.")] = "") -> None:
    """How a router of another make is told to send DNS here, with this home's own addresses filled in."""
    known = {router.id: router for router in recipes.load()}
    if not name:
        return printing.table((say("ROUTER"), say("MAKE")), [(router.id, router.title) for router in known.values()])
    if name not in known:
        raise Complaint(say("There is no recipe '{name}'; known are {choices}.", name=name, choices=", ".join(known)))
    return print(recipes.fill(known[name], recipes.here()), end="")


def online(upstreams: tuple[str, ...], policy: UpstreamPolicy = USUAL) -> bool:
    """Whether any upstream answers."""
    question = message.parse_question(stub.build("example.com", A, secrets.randbits(16)))
    return lookup.look(question, upstreams, ASK_SECONDS, ASK_SECONDS, policy) is not None

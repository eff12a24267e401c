# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale dhcp`: addresses for the home's devices, handed out by this machine."""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from dhcp import standing
from store.base import languages, status
from store.base.process_status import DhcpState
from store.base.sentences import say, sentence_of
from store.config import usable_settings

if TYPE_CHECKING:
    from dhcp.switch import Home

T = TypeVar("T")

app = typer.Typer(help="Addresses for the home's devices (DHCP), handed out by this machine.", rich_markup_mode=None)

Force = Annotated[bool, typer.Option("--force", help="Although another DHCP server answers.")]


@app.callback(invoke_without_command=True)
def dhcp(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Addresses for the home's devices (DHCP); without a command, how it stands."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("status")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """How DHCP stands."""
    folder = cli_context.config(state)
    settings = usable_settings.load(folder, os.environ)
    now = standing.standing(settings, status.read_live(status.find_run_dir(folder)))
    if json:
        return printing.as_json({
            "on": settings.dhcp == "on", "state": now.state,
            "error": languages.tell_here(now.error), "interface": now.interface, "others": now.others,
            "from": settings.dhcp_from, "to": settings.dhcp_to,
        })  # fmt: skip
    for sentence in standing.sentences(now):
        printing.tell(sentence)
    return None


@app.command()
def leases(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show who has which address, and the static leases."""
    engine = cli_context.engine(state)
    from dhcp import switch
    from store.local import lease_edit

    given, static = switch.leases(cli_context.directory(state), time.time()), lease_edit.static(engine)
    if json:
        return printing.as_json({"leases": given, "static": static})
    kept = {lease.address for lease in static}
    rows = [(lease.address, lease.mac, lease.name, printing.when(lease.ends or None), lease.address in kept)
            for lease in given]  # fmt: skip
    there = {lease.address for lease in given}
    rows += [(lease.address, lease.mac, lease.name or None, None, True)
             for lease in static if lease.address not in there]  # fmt: skip
    return printing.table((say("ADDRESS"), say("MAC"), say("NAME"), say("UNTIL"), say("STATIC")), rows)


@app.command()
def check(
    interface: Annotated[str, typer.Option(metavar="NAME", help="The network connection, such as eth0.")] = "",
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Look whether another DHCP server answers; exits 1 when one does."""
    folder = cli_context.directory(state)
    from dhcp import asking, switch
    from dhcp.switch import Home

    home = Home(folder, status.find_run_dir(folder), os.environ)
    chosen, others = _plainly(lambda: switch.look(home, interface))
    if json:
        printing.as_json({"interface": chosen, "others": others})
    else:
        printing.tell(asking.sentence(chosen, others))
    if others:
        raise typer.Exit(1)


@app.command()
def on(
    first: Annotated[str, typer.Option("--from", metavar="ADDRESS", help="The first address to hand out.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="The last one.")] = "",
    interface: Annotated[str, typer.Option(metavar="NAME", help="The network connection, such as eth0.")] = "",
    router: Annotated[str, typer.Option(metavar="ADDRESS", help="The router that devices are told of.")] = "",
    lease_minutes: Annotated[int | None, typer.Option(help="For how long an address is given.")] = None,
    ipv6: Annotated[bool | None, typer.Option("--ipv6/--no-ipv6", help="Tell of our DNS by IPv6.")] = None,
    force: Force = False,
    state: cli_context.State = None,
) -> None:
    """Turn it on: `telltale dhcp on --from 192.168.1.100 --to 192.168.1.200`; refused while another server answers."""
    home = _home(state)
    engine = cli_context.engine(state)
    from dhcp import switch

    texts = {"dhcp_from": first, "dhcp_to": last, "dhcp_interface": interface, "dhcp_router": router}
    values: dict[str, object] = {key: text for key, text in texts.items() if text}
    if lease_minutes is not None:
        values["dhcp_lease_minutes"] = lease_minutes
    if ipv6 is not None:
        values["dhcp_ipv6"] = "on" if ipv6 else "off"
    made = _plainly(lambda: switch.turn_on(engine, home, values, force))
    printing.tell(say("DHCP is on: {first} to {last} on {interface}.", first=str(made.first), last=str(made.last),
                      interface=made.interface))  # fmt: skip
    for note in made.notes:
        printing.tell(note)
    if why := standing.unserved(status.read_live(home.run)):
        printing.tell(why)


@app.command()
def off(state: cli_context.State = None) -> None:
    """Turn it off; devices keep the addresses that they have until those end."""
    engine = cli_context.engine(state)
    from dhcp import switch

    switch.turn_off(engine)
    printing.tell(standing.WORDS[DhcpState.OFF])


@app.command("static")
def add_static(
    mac: Annotated[str, typer.Argument(metavar="MAC")],
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="What it is called; else what it calls itself.")] = "",
    state: cli_context.State = None,
) -> None:
    """Keep an address for a device."""
    home = _home(state)
    engine = cli_context.engine(state)
    from dhcp import switch

    lease = _plainly(lambda: switch.add_static(engine, home, mac, address, name))
    printing.tell(say("{address} is kept for {mac}.", address=lease.address, mac=lease.mac))


@app.command("change")
def change_static(
    which: Annotated[str, typer.Argument(metavar="MAC|ADDRESS")],
    mac: Annotated[str, typer.Option(metavar="MAC", help="Another MAC address.")] = "",
    address: Annotated[str, typer.Option(metavar="ADDRESS", help="Another address.")] = "",
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name; '': what it calls itself.")] = None,
    state: cli_context.State = None,
) -> None:
    """Change a static lease; what is left out stays."""
    home = _home(state)
    engine = cli_context.engine(state)
    from dhcp import switch
    from store.local import lease_edit

    now = lease_edit.find_static(engine, which)
    new_name = now.name if name is None else name
    lease = _plainly(
        lambda: switch.change_static(engine, home, which, mac or now.mac, address or now.address, new_name)
    )
    printing.tell(say("{address} is kept for {mac}.", address=lease.address, mac=lease.mac))


@app.command("forget")
def remove_static(
    which: Annotated[str, typer.Argument(metavar="MAC|ADDRESS")], state: cli_context.State = None
) -> None:
    """Forget a static lease."""
    engine = cli_context.engine(state)
    from store.local import lease_edit

    lease_edit.remove_static(engine, which)
    printing.tell(say("The static lease of {which} is removed.", which=which))


def _home(state: str | None) -> "Home":
    from dhcp.switch import Home

    folder = cli_context.config(state)
    return Home(folder, status.find_run_dir(folder), os.environ)


def _plainly(act: Callable[[], T]) -> T:
    """What it gives; what DHCP cannot do is a Complaint. It may be loaded by now: commands pay for what they use."""
    from dhcp.lease_plan import DhcpError

    try:
        return act()
    except DhcpError as error:
        raise Complaint(sentence_of(error)) from None

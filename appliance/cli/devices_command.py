# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale devices`: what is at home, what it is called, and which addresses are whose."""

import dataclasses
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say, say_count

if TYPE_CHECKING:
    from store.config.devices import DeviceRow

app = typer.Typer(help="The devices that ask for names.", rich_markup_mode=None)
# Addresses shown of a device; phones take a new IPv6 address every day.
_SHOWN = 2
Id = Annotated[int, typer.Argument(metavar="ID")]


@app.callback(invoke_without_command=True)
def devices(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """The devices that ask for names; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all devices."""
    from store.base import db
    from store.config import devices as store_devices

    with closing(db.connect(cli_context.config(state) / "config.db", read_only=True)) as con:
        device_rows = store_devices.devices(con)
    if json:
        return printing.as_json([_described(row) for row in device_rows])
    rows = [
        (
            row.id,
            store_devices.display_name(row),
            row.name_from,
            row.maker,
            row.mac and (say("{mac} (private)", mac=row.mac) if row.private_mac else row.mac),
            ", ".join(row.addresses[:_SHOWN]) + (" …" if len(row.addresses) > _SHOWN else ""),
            printing.when(row.first_seen),
        )
        for row in device_rows
    ]
    heads = (say("ID"), say("NAME"), say("FROM"), say("MAKER"), say("MAC"), say("ADDRESSES"), say("FIRST SEEN"))
    return printing.table(heads, rows)


@app.command()
def group(
    device: Id,
    groups: Annotated[list[int] | None, typer.Argument(metavar="[GROUP]…", help="None: in no group.")] = None,
    state: cli_context.State = None,
) -> None:
    """Put a device into these groups and no others; `telltale groups` shows their numbers."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    household_groups.set_groups(engine, device, groups or [])
    if not groups:
        printing.tell(say("Device {device} is in no group.", device=device))
    else:
        numbers = ", ".join(map(str, sorted(set(groups))))
        printing.tell(say_count(
            len(set(groups)), "Device {device} is in group {groups}.", "Device {device} is in groups {groups}.",
            device=device, groups=numbers,
        ))


@app.command()
def rename(
    device: Id,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="None: what the network calls it.")] = None,
    state: cli_context.State = None,
) -> None:
    """Give a device a name."""
    engine = cli_context.engine(state)
    from store.devices import device_edits

    device_edits.rename_device(engine, device, name)
    named = say("Device {device} is called {name}.", device=device, name=name)
    unnamed = say("Device {device} goes by the name that the network knows.", device=device)
    printing.tell(named if name else unnamed)


@app.command()
def merge(device: Id, into: Annotated[int, typer.Argument(metavar="INTO")], state: cli_context.State = None) -> None:
    """Make a device one with another, INTO, which stays."""
    engine = cli_context.engine(state)
    from store.devices import device_edits

    device_edits.merge_devices(engine, device, into)
    printing.tell(say("Device {device} is device {into} now.", device=device, into=into))


@app.command()
def split(
    device: Id,
    clients: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Addresses, or MAC addresses, of it.")],
    state: cli_context.State = None,
) -> None:
    """Make a device of its own of some of a device's addresses."""
    engine = cli_context.engine(state)
    from store.devices import device_edits

    printing.tell(say("Device {device} is there.", device=device_edits.split_device(engine, device, clients)))


@app.command()
def address(
    device: Id,
    networks: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS…]", help="Addresses or networks; none: none any more.")
    ] = None,
    state: cli_context.State = None,
) -> None:
    """Say which addresses or networks are a device's, where no MAC address tells it."""
    engine = cli_context.engine(state)
    from store.devices import device_edits

    given = networks or []
    device_edits.set_networks(engine, device, given)
    printing.tell(say_count(
        len(given),
        "{count:,} address or network by hand is device {device}.",
        "{count:,} addresses or networks by hand are device {device}.",
        device=device,
    ))  # fmt: skip


@app.command()
def forget(device: Id, state: cli_context.State = None) -> None:
    """Forget a device; what it asked stays in the log, and when it asks again it is a new one."""
    engine = cli_context.engine(state)
    from store.devices import device_edits

    device_edits.forget_device(engine, device)
    printing.tell(say("Device {device} is forgotten.", device=device))


def _described(row: "DeviceRow") -> dict[str, Any]:
    """A device with what follows from its rows."""
    derived = {"name_from": row.name_from, "mac": row.mac, "private_mac": row.private_mac, "addresses": row.addresses}
    return {**dataclasses.asdict(row), **derived}

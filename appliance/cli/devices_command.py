# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale devices`: what is at home, and what it is called."""

import os
from contextlib import closing
from typing import Annotated

import typer

from appliance.cli import context as cli_context
from appliance.cli import printing
from store.base.sentences import say, say_count

app = typer.Typer(help="The devices that ask for names.", rich_markup_mode=None)
# Addresses shown of a device; phones take a new IPv6 address every day.
_SHOWN = 2


@app.callback(invoke_without_command=True)
def devices(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """The devices that ask for names; without a command, all of them."""
    if state:
        os.environ["TELLTALE_STATE"] = state
    if context.invoked_subcommand is None:
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all devices."""
    from store.base import db
    from store.config import devices as store_devices

    with closing(db.connect(cli_context.config(state) / "config.db", read_only=True)) as con:
        device_rows = store_devices.devices(con)
    if json:
        return printing.as_json(device_rows)
    rows = [
        (
            row.id,
            store_devices.display_name(row),
            row.maker,
            row.mac,
            ", ".join(row.addresses[:_SHOWN]) + (" …" if len(row.addresses) > _SHOWN else ""),
            printing.when(row.first_seen),
        )
        for row in device_rows
    ]
    return printing.table((say("ID"), say("NAME"), say("MAKER"), say("MAC"), say("ADDRESSES"), say("FIRST SEEN")), rows)


@app.command()
def group(
    device: Annotated[int, typer.Argument(metavar="ID")],
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
    device: Annotated[int, typer.Argument(metavar="ID")],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="None: what the network calls it.")] = None,
    state: cli_context.State = None,
) -> None:
    """Give a device a name."""
    engine = cli_context.engine(state)
    from store.config import edit

    edit.rename_device(engine, device, name)
    named = say("Device {device} is called {name}.", device=device, name=name)
    unnamed = say("Device {device} goes by the name that the network knows.", device=device)
    printing.tell(named if name else unnamed)

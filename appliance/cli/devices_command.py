# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale devices`: what is at home, what it is called, and which addresses are whose."""

import dataclasses
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli.scheduled import Device, device_of, group_of
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say, say_count
from store.config.choices import DeviceKind

if TYPE_CHECKING:
    from store.config.devices import DeviceRow

app = typer.Typer(help="The devices that ask for names.", rich_markup_mode=None)
# Addresses shown of a device; phones take a new IPv6 address every day.
_SHOWN = 2


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
        groups = dict(con.execute('SELECT id, name FROM "group"'))
    if json:
        return printing.as_json([_described(row) for row in device_rows])
    rows = [
        (
            row.id,
            store_devices.display_name(row),
            row.name_from,
            _kind(row),
            ", ".join(str(groups.get(number, number)) for number in row.groups) or None,
            row.maker,
            row.mac and (say("{mac} (private)", mac=row.mac) if row.private_mac else row.mac),
            ", ".join(row.addresses[:_SHOWN]) + (" …" if len(row.addresses) > _SHOWN else ""),
            printing.when(row.first_seen),
        )
        for row in device_rows
    ]
    heads = (say("ID"), say("NAME"), say("FROM"), say("KIND"), say("GROUPS"), say("MAKER"), say("MAC"),
             say("ADDRESSES"), say("FIRST SEEN"))  # fmt: skip
    return printing.table(heads, rows)


@app.command()
def group(
    device: Device,
    groups: Annotated[list[str] | None, typer.Argument(metavar="[GROUP]…", help="None: in no group.")] = None,
    state: cli_context.State = None,
) -> None:
    """Put a device into these groups and no others."""
    engine, number = cli_context.engine(state), device_of(state, device)
    from store.household import groups as household_groups

    wanted = sorted({group_of(state, text) for text in groups or ()})
    household_groups.set_groups(engine, number, wanted)
    if not wanted:
        printing.tell(say("Device {device} is in no group.", device=number))
    else:
        printing.tell(say_count(
            len(wanted), "Device {device} is in group {groups}.", "Device {device} is in groups {groups}.",
            device=number, groups=", ".join(map(str, wanted)),
        ))


@app.command()
def rename(
    device: Device,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="None: what the network calls it.")] = None,
    state: cli_context.State = None,
) -> None:
    """Give a device a name."""
    engine, number = cli_context.engine(state), device_of(state, device)
    from store.devices import device_edits

    device_edits.rename_device(engine, number, name)
    named = say("Device {device} is called {name}.", device=number, name=name)
    unnamed = say("Device {device} goes by the name that the network knows.", device=number)
    printing.tell(named if name else unnamed)


@app.command()
def merge(
    device: Device, into: Annotated[str, typer.Argument(metavar="INTO")], state: cli_context.State = None
) -> None:
    """Make a device one with another, INTO, which stays."""
    engine = cli_context.engine(state)
    from store.devices import device_edits

    number, other = device_of(state, device), device_of(state, into)
    device_edits.merge_devices(engine, number, other)
    printing.tell(say("Device {device} is device {into} now.", device=number, into=other))


@app.command()
def kind(
    device: Device,
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help=f"{', '.join(DeviceKind)}; none: as it seems.")] = "",
    state: cli_context.State = None,
) -> None:
    """Say what kind of thing a device is."""
    engine, number = cli_context.engine(state), device_of(state, device)
    from store.devices.kind_edit import set_kind

    set_kind(engine, number, kind or None)
    by_hand = say("Device {device} is of the kind {kind}.", device=number, kind=kind)
    printing.tell(by_hand if kind else say("What kind device {device} is of, is guessed.", device=number))


@app.command()
def split(
    device: Device,
    clients: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Addresses, or MAC addresses, of it.")],
    state: cli_context.State = None,
) -> None:
    """Make a device of its own of some of a device's addresses."""
    engine, number = cli_context.engine(state), device_of(state, device)
    from store.devices import device_edits

    printing.tell(say("Device {device} is there.", device=device_edits.split_device(engine, number, clients)))


@app.command()
def address(
    device: Device,
    networks: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS…]", help="Addresses or networks; none: none any more.")
    ] = None,
    state: cli_context.State = None,
) -> None:
    """Say which addresses or networks are a device's, where no MAC address tells it."""
    engine, number = cli_context.engine(state), device_of(state, device)
    from store.devices import device_edits

    given = networks or []
    device_edits.set_networks(engine, number, given)
    printing.tell(say_count(
        len(given),
        "{count:,} address or network by hand is device {device}.",
        "{count:,} addresses or networks by hand are device {device}.",
        device=number,
    ))  # fmt: skip


@app.command()
def forget(device: Device, state: cli_context.State = None) -> None:
    """Forget a device; what it asked stays in the log, and when it asks again it is a new one."""
    engine, number = cli_context.engine(state), device_of(state, device)
    from store.devices import device_edits

    device_edits.forget_device(engine, number)
    printing.tell(say("Device {device} is forgotten.", device=number))


def _kind(row: "DeviceRow") -> str | None:
    from store.devices.device_kinds import kind_of

    kind = kind_of(row.given_kind, row.found_kind)
    return None if kind is DeviceKind.UNKNOWN else kind


def _described(row: "DeviceRow") -> dict[str, Any]:
    """A device with what follows from its rows."""
    derived = {"name_from": row.name_from, "mac": row.mac, "private_mac": row.private_mac, "addresses": row.addresses}
    return {**dataclasses.asdict(row), **derived}

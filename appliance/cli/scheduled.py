# SPDX-License-Identifier: GPL-3.0-or-later
"""What many commands take: the option --schedule, and devices, groups and scopes by number or name."""

from typing import Annotated

import typer

from appliance.terminal import context as cli_context
from store.config.scopes import HINT

NO_SCHEDULE = "none"
SCOPES = f"{HINT}, or its name in place of ID."
Device = Annotated[str, typer.Argument(metavar="DEVICE", help="Its number, its name, or an address of it.")]
Group = Annotated[str, typer.Argument(metavar="GROUP", help="Its number, or its name.")]
Schedule = Annotated[
    str | None,
    typer.Option(metavar="SCHEDULE", help="Inside this schedule alone: its number, its name, or none; else as it was."),
]


def schedule_of(state: str | None, text: str | None) -> int | None:
    """The id of a schedule, None for none, and `edit.KEEP` where nothing was said. Raises NotFound."""
    from store.config.edit import KEEP

    if text is None:
        return KEEP
    if text == NO_SCHEDULE:
        return None
    from store.household.schedules import find_schedule

    return find_schedule(cli_context.engine(state), text)


def device_of(state: str | None, text: str) -> int:
    """The id of a device by its number, its name or an address. Raises NotFound, EditError."""
    engine = cli_context.engine(state)
    from store.devices.find_named import find_device

    return find_device(engine, text)


def group_of(state: str | None, text: str) -> int:
    """The id of a group by its number or its name. Raises NotFound, EditError."""
    engine = cli_context.engine(state)
    from store.devices.find_named import find_group

    return find_group(engine, text)


def scope_of(state: str | None, text: str) -> str:
    """A scope with the number in place of a name. Raises NotFound, EditError."""
    engine = cli_context.engine(state)
    from store.devices.find_named import find_scope

    return find_scope(engine, text)

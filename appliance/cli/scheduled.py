# SPDX-License-Identifier: GPL-3.0-or-later
"""The option --schedule of commands that turn something on, off, or make a rule."""

from typing import Annotated

import typer

from appliance.terminal import context as cli_context

NO_SCHEDULE = "none"
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

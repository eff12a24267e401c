# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale schedules`: named windows of the week, for lists, services, rules and a group's access."""

import time
from typing import Annotated

import typer

from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say

app = typer.Typer(help="Named times of the week, for lists, services, rules and access.", rich_markup_mode=None)
Which = Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its number, or its name.")]
_WINDOW = "Days and times, such as 'mon-fri 21:00-06:30' or 'daily 12:00-13:00'."


@app.callback(invoke_without_command=True)
def schedules(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Named times of the week, for lists, services, rules and access; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all schedules."""
    engine = cli_context.engine(state)
    from store.household import schedules as household_schedules
    from store.household import week
    from store.household.window_input import spoken, stored

    now = int(time.time())
    rows = household_schedules.schedules(engine)
    if json:
        return printing.as_json([
            {"id": row.id, "name": row.name, "windows": stored(row.windows),
             "in_force": week.in_force(row.windows, now), "next_edge": week.next_edge(row.windows, now),
             "uses": row.uses}
            for row in rows
        ])  # fmt: skip
    lines = [
        (
            row.id, row.name, ", ".join(map(spoken, row.windows)), week.in_force(row.windows, now),
            printing.when(week.next_edge(row.windows, now)), len(row.uses),
        )
        for row in rows
    ]  # fmt: skip
    head = (say("ID"), say("NAME"), say("TIMES"), say("IN FORCE"), say("CHANGES"), say("USES"))
    return printing.table(head, lines)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    windows: Annotated[list[str], typer.Argument(metavar="WINDOW…", help=_WINDOW)],
    state: cli_context.State = None,
) -> None:
    """Make a schedule. A window that ends before it begins crosses midnight."""
    engine = cli_context.engine(state)
    from store.household import schedules as household_schedules
    from store.household.window_input import read_window

    number = household_schedules.add_schedule(engine, name, [read_window(text) for text in windows])
    printing.tell(say("Schedule {number} is there.", number=number))
    _tell_overlap(windows)


@app.command("set")
def change(
    schedule: Which,
    windows: Annotated[list[str], typer.Argument(metavar="WINDOW…", help=_WINDOW)],
    state: cli_context.State = None,
) -> None:
    """Give a schedule other times; what goes by it follows at once."""
    engine = cli_context.engine(state)
    from store.household import schedules as household_schedules
    from store.household.window_input import read_window

    number = household_schedules.find_schedule(engine, schedule)
    household_schedules.change_schedule(engine, number, windows=[read_window(text) for text in windows])
    printing.tell(say("Schedule {number} has other times now.", number=number))
    _tell_overlap(windows)


@app.command()
def rename(
    schedule: Which, name: Annotated[str, typer.Argument(metavar="NAME")], state: cli_context.State = None
) -> None:
    """Call a schedule something else."""
    engine = cli_context.engine(state)
    from store.household import schedules as household_schedules

    number = household_schedules.find_schedule(engine, schedule)
    household_schedules.change_schedule(engine, number, name)
    printing.tell(say("Schedule {number} is called {name}.", number=number, name=name))


@app.command()
def remove(schedule: Which, state: cli_context.State = None) -> None:
    """Forget a schedule that nothing goes by."""
    engine = cli_context.engine(state)
    from store.household import schedules as household_schedules

    number = household_schedules.find_schedule(engine, schedule)
    household_schedules.remove_schedule(engine, number)
    printing.tell(say("Schedule {number} is removed.", number=number))


def _tell_overlap(windows: list[str]) -> None:
    from store.household.window_input import check_windows, overlap, read_window

    if overlap(check_windows(map(read_window, windows))):
        printing.tell(say("Some of its windows overlap; they hold together."))

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale groups`: devices that share a policy, and what they get for a blocked name."""

import os
from typing import Annotated

import typer

from appliance.cli import context as cli_context
from appliance.cli import printing
from store.base.sentences import say
from store.config.custom_responses import HINT

app = typer.Typer(help="Groups of devices, and what they get for a blocked name.", rich_markup_mode=None)
Id = Annotated[int, typer.Argument(metavar="ID")]


@app.callback(invoke_without_command=True)
def groups(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Groups of devices, and what they get for a blocked name; without a command, all of them."""
    if state:
        os.environ["TELLTALE_STATE"] = state
    if context.invoked_subcommand is None:
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all groups."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    group_rows = household_groups.groups(engine)
    if json:
        return printing.as_json(group_rows)
    rows = [(row.id, row.name, row.answer or None) for row in group_rows]
    return printing.table((say("ID"), say("NAME"), say("ANSWER")), rows)


@app.command()
def add(name: Annotated[str, typer.Argument(metavar="NAME")], state: cli_context.State = None) -> None:
    """Make a group."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    printing.tell(say("Group {group} is there.", group=household_groups.add_group(engine, name)))


@app.command()
def answer(
    group: Id,
    answer: Annotated[str, typer.Argument(metavar="[ANSWER]", help=f"{HINT}.")] = "",
    state: cli_context.State = None,
) -> None:
    """Choose what a group's devices get for a blocked name; without an answer, the house's."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    household_groups.set_group_answer(engine, group, answer)
    printing.tell(say("Group {group} gets {answer}.", group=group, answer=answer or say("the answer of the house")))


@app.command()
def remove(group: Id, state: cli_context.State = None) -> None:
    """Dissolve a group; its devices stay."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    household_groups.remove_group(engine, group)
    printing.tell(say("Group {group} is dissolved.", group=group))

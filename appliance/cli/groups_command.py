# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale groups`: devices that share lists, times, upstreams, and what they get for a blocked name."""

from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.scheduled import NO_SCHEDULE, Group, Schedule, group_of, schedule_of
from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say, sentence_of
from store.config import scopes
from store.config.choices import PackLevel, either
from store.config.custom_responses import HINT
from store.local import forwards

if TYPE_CHECKING:
    from store.household.groups import GroupParts, GroupView

app = typer.Typer(help="Groups of devices: their lists, times, upstreams and answers.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def groups(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Groups of devices: their lists, times, upstreams and answers; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all groups."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    views = household_groups.groups(engine)
    if json:
        return printing.as_json(views)
    rows = [
        (row.id, row.name, len(row.devices), ", ".join(row.lists), row.schedule, ", ".join(row.upstreams), row.answer)
        for row in views
    ]
    head = (say("ID"), say("NAME"), say("DEVICES"), say("LISTS ON"), say("NO ACCESS"), say("UPSTREAMS"), say("ANSWER"))
    return printing.table(head, [tuple(cell if cell != "" else None for cell in row) for row in rows])


@app.command()
def add(name: Annotated[str, typer.Argument(metavar="NAME")], state: cli_context.State = None) -> None:
    """Make a group."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    printing.tell(say("Group {group} is there.", group=household_groups.add_group(engine, name)))


@app.command()
def rename(group: Group, name: Annotated[str, typer.Argument(metavar="NAME")], state: cli_context.State = None) -> None:
    """Call a group something else."""
    number = _change(state, group, {"name": name})
    printing.tell(say("Group {group} is called {name}.", group=number, name=name))


@app.command()
def answer(
    group: Group,
    answer: Annotated[str, typer.Argument(metavar="[ANSWER]", help=f"{HINT}.")] = "",
    state: cli_context.State = None,
) -> None:
    """Choose what a group's devices get for a blocked name; without an answer, the house's."""
    number = _change(state, group, {"answer": answer})
    printing.tell(say("Group {group} gets {answer}.", group=number, answer=answer or say("the answer of the house")))


@app.command()
def upstreams(
    group: Group,
    specs: Annotated[list[str] | None, typer.Argument(metavar="[SPEC]…", help="None: those of the house.")] = None,
    state: cli_context.State = None,
) -> None:
    """Choose which servers answer a group's devices."""
    try:
        forwards.refuse_ours(specs or (), cli_context.leads_here(state))
    except ValueError as error:
        raise Complaint(sentence_of(error)) from None
    number = _change(state, group, {"upstreams": specs or []})
    those = ", ".join(specs or []) or say("the upstreams of the house")
    printing.tell(say("Group {group} is answered by {upstreams}.", group=number, upstreams=those))


@app.command()
def access(
    group: Group,
    schedule: Annotated[str, typer.Argument(metavar="[SCHEDULE]", help="Its number, or its name.")] = "",
    state: cli_context.State = None,
) -> None:
    """Take all access from a group's devices inside a schedule; without one, they always have it."""
    times = schedule_of(state, schedule or NO_SCHEDULE)
    number = _change(state, group, {"schedule": times})
    closed = say("Group {group} has no access inside schedule {number}.", group=number, number=times)
    printing.tell(closed if times else say("Group {group} has access at all times.", group=number))


@app.command()
def lists(
    group: Group,
    blocklists: Annotated[
        list[str] | None, typer.Argument(metavar="[LIST]…", help="Ids of lists; none: show those of the group.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Turn them off for the group.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Let the group follow the house again.")] = False,
    level: Annotated[str | None, typer.Option(metavar="LEVEL", help=f"Of a vendor pack: {either(PackLevel)}.")] = None,
    schedule: Schedule = None,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Turn lists on for a group, or show what it says of lists."""
    if off and follow:
        raise Complaint(say("Choose one of --off and --follow."))
    engine = cli_context.engine(state)
    from store.config import edit

    number = group_of(state, group)
    if not blocklists:
        return _show_lists(_view(state, number), json)
    times = schedule_of(state, schedule)
    for name in blocklists:
        if follow:
            edit.clear_toggle(engine, name, str(scopes.group(number)))
        else:
            edit.set_toggle(engine, name, str(scopes.group(number)), not off, level, times)
    return _show_lists(_view(state, number), json)


@app.command()
def remove(group: Group, state: cli_context.State = None) -> None:
    """Dissolve a group; its devices stay."""
    engine = cli_context.engine(state)
    from store.household import groups as household_groups

    number = group_of(state, group)
    household_groups.remove_group(engine, number)
    printing.tell(say("Group {group} is dissolved.", group=number))


def _show_lists(view: "GroupView", json: bool) -> None:
    if json:
        return printing.as_json(view.toggles)
    rows = [(row.id, row.on, row.level, row.schedule) for row in view.toggles]
    return printing.table((say("ID"), say("ON"), say("LEVEL"), say("SCHEDULE")), rows)


def _view(state: str | None, number: int) -> "GroupView":
    from store.household import groups as household_groups

    for view in household_groups.groups(cli_context.engine(state)):
        if view.id == number:
            return view
    raise Complaint(say("There is no group {number}.", number=number))


def _change(state: str | None, group: str, parts: "GroupParts") -> int:
    """Returns the number of the group."""
    engine, number = cli_context.engine(state), group_of(state, group)
    from store.household import groups as household_groups

    household_groups.change_group(engine, number, parts)
    return number

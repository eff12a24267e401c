# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale except`: let one name, and what it leads to, through for a while. `telltale requests`: who asks for it."""

from typing import Annotated

import typer

from appliance.cli.pause_command import WHO, moment, until_of
from appliance.cli.scheduled import SCOPES, scope_of
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from blocklists.packs import search_engines
from store.base.sentences import say
from store.config.scopes import HOUSE

EVER = "ever"
_SEARCHES = say("Where safe search is on, it answers for it all the same: an allow rule lifts that (--for ever).")
For = Annotated[str, typer.Option("--for", metavar="TIME", help="90s, 15m, 2h, 3d, or ever: an allow rule.")]
Id = Annotated[int, typer.Argument(metavar="ID")]

requests = typer.Typer(help="Names that somebody at a device asks to be let through.", rich_markup_mode=None)


def let_through(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="None: show what is let through.")] = None,
    scope: Annotated[str, typer.Option(help=SCOPES)] = str(HOUSE),
    length: For = "15m",
    end: Annotated[bool, typer.Option("--end", help="Block it again.")] = False,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Let a name, all below it and what it leads to through there, for a while."""
    if name is None:
        return _show(state, json)
    engine, scope = cli_context.engine(state), scope_of(state, scope)
    from store.household import exceptions

    if end:
        number = exceptions.number_of(engine, scope, name)
        exceptions.end_exception(engine, number)
        values = {"name": name, "scope": scope}
        return printing.tell(say("{name} is blocked again for {scope}, where anything blocks it.", **values))
    if length == EVER:
        rule = exceptions.let_through_for_good(engine, scope, name)
        return printing.tell(say("Rule {number} allows {name} for {scope}.", number=rule, name=name, scope=scope))
    row = exceptions.let_through(engine, scope, name, until_of(length), WHO)
    values = {"name": row.name, "scope": row.scope, "time": moment(row.until)}
    printing.tell(say("{name} is let through for {scope} until {time}.", **values))
    is_engine = any(row.name in each.names for each in search_engines.load().values())
    return printing.tell(_SEARCHES) if is_engine else None


@requests.callback(invoke_without_command=True)
def waiting(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Names that somebody at a device asks to be let through; without a command, those that wait."""
    if cli_context.alone(context, state):
        _show_requests(state, json)


@requests.command()
def grant(number: Id, length: For = "15m", state: cli_context.State = None) -> None:
    """Let the name through for that device."""
    engine = cli_context.engine(state)
    from store.household import requests as store_requests

    until = None if length == EVER else until_of(length)  # after the imports, which may take seconds
    row = store_requests.grant(engine, number, until, WHO)
    values = {"name": row.name, "number": row.device_id}
    for_good = say("{name} is allowed for device {number} by a rule.", **values)
    printing.tell(for_good if until is None else say("{name} is let through for device {number}.", **values))


@requests.command()
def refuse(number: Id, state: cli_context.State = None) -> None:
    """Say no."""
    engine = cli_context.engine(state)
    from store.household import requests as store_requests

    printing.tell(say("{name} stays blocked.", name=store_requests.refuse(engine, number).name))


def _show_requests(state: str | None, json: bool) -> None:
    engine = cli_context.engine(state)
    from store.household import requests as store_requests

    rows = store_requests.waiting(engine)
    if json:
        return printing.as_json(rows)
    head = (say("ID"), say("DEVICE"), say("NAME"), say("NOTE"), say("ASKED"))
    lines = [(row.id, row.device_id, row.name, row.note, printing.when(row.created_at)) for row in rows]
    return printing.table(head, lines)


def _show(state: str | None, json: bool) -> None:
    engine = cli_context.engine(state)
    from store.household import exceptions

    rows = exceptions.exceptions(engine)
    if json:
        return printing.as_json(rows)
    head = (say("ID"), say("SCOPE"), say("NAME"), say("UNTIL"), say("BY"))
    return printing.table(head, [(row.id, row.scope, row.name, moment(row.until), row.who) for row in rows])

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale pause`, `resume`, `pauses`: stop blocking for a while, and block again."""

import time
from typing import Annotated

import typer

from appliance.cli.scheduled import SCOPES, scope_of
from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.durations import parse_seconds
from store.base.sentences import say, say_count, sentence_of
from store.config.scopes import HOUSE

WHO = "command line"
For = Annotated[str | None, typer.Option("--for", metavar="TIME", help="90s, 15m, 2h or 3d; else until resumed.")]
List = Annotated[str | None, typer.Option("--list", metavar="ID", help="One blocklist alone.")]


def pause(
    length: For = None,
    scope: Annotated[str, typer.Option(help=SCOPES)] = str(HOUSE),
    blocklist: List = None,
    state: cli_context.State = None,
) -> None:
    """Stop blocking for a while: for all, a group or a device; everything, or one list."""
    engine, scope = cli_context.engine(state), scope_of(state, scope)
    from store.household import pauses

    until = None if length is None else until_of(length)  # after the imports, which may take seconds
    row = pauses.pause(engine, scope, blocklist, until, WHO)
    values = {"what": say("Blocking") if row.blocklist is None else row.blocklist, "scope": row.scope}
    if row.until is None:
        printing.tell(say("{what} is paused for {scope} until `telltale resume`.", **values))
    else:
        printing.tell(say("{what} is paused for {scope} until {time}.", time=moment(row.until), **values))


def resume(
    scope: Annotated[str | None, typer.Option(help=f"{SCOPES}; all pauses, when left out.")] = None,
    blocklist: List = None,
    state: cli_context.State = None,
) -> None:
    """Block again: end pauses, all of them or those of a scope or a list."""
    engine = cli_context.engine(state)
    from store.household import pauses

    ended = pauses.resume(engine, scope and scope_of(state, scope), blocklist)
    printing.tell(say_count(ended, "{count} pause ended; blocking goes on.", "{count} pauses ended; blocking goes on.")
                  if ended else say("Nothing was paused there."))  # fmt: skip


def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """What is paused now, and how long still."""
    engine = cli_context.engine(state)
    from store.household import pauses

    rows = pauses.pauses(engine)
    if json:
        return printing.as_json(rows)
    head = (say("ID"), say("SCOPE"), say("WHAT"), say("UNTIL"), say("BY"))
    lines = [
        (row.id, row.scope, row.blocklist or say("everything"),
         moment(row.until) if row.until else say("until it is resumed"), row.who)
        for row in rows
    ]  # fmt: skip
    return printing.table(head, lines)


def until_of(length: str) -> int:
    """When a length of time from now is over, in Unix seconds. Raises Complaint for what is none."""
    try:
        return int(time.time()) + parse_seconds(length)
    except ValueError as error:
        raise Complaint(sentence_of(error)) from None


def moment(seconds: int) -> str:
    """A moment in local time, to the second."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale changes` and `telltale undo`: who changed what, and taking it back."""

import os
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base import status
from store.base.sentences import say, sentence_of

# Changes that are shown when nobody says how many.
_SHOWN = 30
_MOST = 5_000


def changes(
    count: Annotated[int, typer.Option("--last", metavar="N", min=1, max=_MOST, help="How many.")] = _SHOWN,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Who changed what, the newest first; `telltale undo ID` takes one back."""
    engine = cli_context.engine(state)
    from store.household import changes as history

    views = history.changes(engine, limit=count)
    if json:
        return printing.as_json(views)
    rows = [
        (view.id, printing.when(view.at), view.who, view.what, _standing(view.undone_by, view.final)) for view in views
    ]
    return printing.table((say("ID"), say("WHEN"), say("WHO"), say("WHAT"), say("UNDONE")), rows)


def undo(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", help="None: the last change of a person.")] = None,
    later: Annotated[bool, typer.Option("--later", help="Undo the later changes in its way, too.")] = False,
    state: cli_context.State = None,
) -> None:
    """Take a change back; an undo is a change, too, and can be undone."""
    engine = cli_context.engine(state)
    from dhcp import switch
    from dhcp.lease_plan import DhcpError
    from store.household import changes as history
    from store.household import undo as taking_back

    folder = cli_context.directory(state)
    home = switch.Home(folder, status.find_run_dir(folder), os.environ)
    try:
        last = history.newest_of_a_person(engine) if number is None else number
        if last is None:
            what = taking_back.undo_last(engine, later=later)  # which says so
        else:
            what = switch.undo(engine, home, last, later=later)
    except DhcpError as refused:
        raise Complaint(sentence_of(refused)) from None
    except taking_back.InTheWay as refused:
        raise Complaint(say(
            "{why} `telltale undo {change}` undoes the later one, --later all of them.",
            why=sentence_of(refused), change=refused.change,
        )) from None
    printing.tell(what)


def _standing(undone_by: int | None, final: str) -> str | None:
    """Whether it was undone, by which change, or cannot be."""
    if undone_by is not None:
        return say("by {number}", number=undone_by)
    return say("cannot be") if final else None

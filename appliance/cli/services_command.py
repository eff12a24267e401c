# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale services`: social networks, games, shops … blocked for the house, a group or a device."""

from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.scheduled import SCOPES, Schedule, schedule_of, scope_of
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from blocklists.packs import services as shipped
from blocklists.packs.services import CATEGORIES
from store.base.sentences import recall, say
from store.config.scopes import HOUSE

if TYPE_CHECKING:
    from store.config.lists import BlocklistView

app = typer.Typer(help="Services that can be blocked: social networks, games, shops and more.", rich_markup_mode=None)
Id = Annotated[str, typer.Argument(metavar="ID", help="The service's id, as `telltale services` shows it.")]
Scope = Annotated[str, typer.Option(metavar="S", help=SCOPES)]


@app.callback(invoke_without_command=True)
def services(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Services that can be blocked; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all services, and for whom each is blocked."""
    engine = cli_context.engine(state)
    from store.config import lists

    views = lists.services(engine)
    if json:
        return printing.as_json(views)
    order = list(CATEGORIES)
    views.sort(key=lambda view: order.index(view.purpose) if view.purpose in order else len(order))
    head = (say("ID"), say("BLOCKED FOR"), say("TITLE"), say("CATEGORY"), say("REMARK"))
    return printing.table(head, [_row(view) for view in views])


@app.command("show")
def show_one(service: Id, state: cli_context.State = None) -> None:
    """What a service is, what else breaks, and its names."""
    engine = cli_context.engine(state)
    from store.household import service_edit

    view = service_edit.service(engine, service)
    known = shipped.of_list(view.id)
    printing.tell(view.title)
    if known is None:
        return printing.tell(_GONE)
    for text in (known.about, known.breaks):
        if text:
            printing.tell(recall(text))
    rows = [(f"={name}" if alone else name, source)
            for (name, alone), source in zip(known.names, known.sources, strict=True)]  # fmt: skip
    return printing.table((say("NAME"), say("SOURCE")), rows)


@app.command("on")
def turn_on(
    service: Id, scope: Scope = str(HOUSE), schedule: Schedule = None, state: cli_context.State = None
) -> None:
    """Block a service for the house, a group or a device; with a schedule, inside it alone."""
    _set(service, scope, schedule, state, on=True)


@app.command("off")
def turn_off(
    service: Id, scope: Scope = str(HOUSE), schedule: Schedule = None, state: cli_context.State = None
) -> None:
    """Block a service no more, or for this scope not even where a wider one blocks it."""
    _set(service, scope, schedule, state, on=False)


@app.command()
def clear(service: Id, scope: Scope = str(HOUSE), state: cli_context.State = None) -> None:
    """Let a scope follow the wider one again."""
    _set(service, scope, None, state, on=None)


_GONE = say("This version of Telltale no longer knows this service: it blocks nothing, wherever it is on.")


def _set(service: str, scope: str, schedule: str | None, state: str | None, *, on: bool | None) -> None:
    engine = cli_context.engine(state)
    from store.household import service_edit

    view = service_edit.set_service(engine, service, on, scope_of(state, scope), schedule_of(state, schedule))
    named = {"service": view.title, "scope": scope}
    if on is None:
        printing.tell(say("{service} is as the wider scope has it for {scope}.", **named))
    elif on:
        printing.tell(say("{service} is blocked for {scope}.", **named))
    else:
        printing.tell(say("{service} is not blocked for {scope}.", **named))
    if on and shipped.of_list(view.id) is None:
        printing.tell(_GONE)


def _row(view: "BlocklistView") -> tuple[object, ...]:
    whom = ", ".join(toggle.scope for toggle in view.toggles if toggle.on)
    category = CATEGORIES.get(view.purpose, view.purpose)
    remark = None if shipped.of_list(view.id) else say("no longer known")
    return view.id.removeprefix(shipped.PREFIX), whom or None, view.title, category, remark

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale safe-search`: search engines that hide what is not for children, for the house, a group or a device."""

from typing import Annotated

import typer

from appliance.cli.scheduled import SCOPES, Schedule, schedule_of, scope_of
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say
from store.config.choices import SearchEngine, YoutubeLevel, either
from store.config.scopes import HOUSE

app = typer.Typer(help="Search engines that hide what is not for children.", rich_markup_mode=None)
Engines = Annotated[
    list[str] | None, typer.Argument(metavar="[ENGINE]…", help=f"{', '.join(SearchEngine)}; without one, all.")
]
Scope = Annotated[str, typer.Option(metavar="S", help=SCOPES)]
Youtube = Annotated[str, typer.Option(metavar="LEVEL", help=f"How far YouTube's goes: {either(YoutubeLevel)}.")]


@app.callback(invoke_without_command=True)
def safe_search(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Search engines that hide what is not for children; without a command, what is set for whom."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show what is set, scope by scope; where nothing is, the setting `safe_search` holds."""
    engine = cli_context.engine(state)
    from store.household import safe_search_edit

    views = safe_search_edit.safe_search(engine)
    if json:
        return printing.as_json(views)
    rows = [(view.scope, view.engine, view.on, view.level or None, view.schedule) for view in views]
    return printing.table((say("SCOPE"), say("ENGINE"), say("ON"), say("LEVEL"), say("SCHEDULE")), rows)


@app.command("on")
def turn_on(
    engines: Engines = None,
    youtube: Youtube = "",
    scope: Scope = str(HOUSE),
    schedule: Schedule = None,
    state: cli_context.State = None,
) -> None:
    """Turn safe search on; with a schedule, inside it alone."""
    _set(engines, scope, schedule, state, on=True, youtube=youtube)


@app.command("off")
def turn_off(
    engines: Engines = None, scope: Scope = str(HOUSE), schedule: Schedule = None, state: cli_context.State = None
) -> None:
    """Turn safe search off, for this scope even where a wider one has it on."""
    _set(engines, scope, schedule, state, on=False)


@app.command()
def clear(engines: Engines = None, scope: Scope = str(HOUSE), state: cli_context.State = None) -> None:
    """Let a scope follow the wider one again."""
    _set(engines, scope, None, state, on=None)


def _set(
    engines: list[str] | None, scope: str, schedule: str | None, state: str | None, *, on: bool | None,
    youtube: str = "",
) -> None:  # fmt: skip
    engine, scope = cli_context.engine(state), scope_of(state, scope)
    from store.household import safe_search_edit

    chosen = safe_search_edit.check_engines(engines or [safe_search_edit.ALL])
    within = schedule_of(state, schedule)
    safe_search_edit.set_safe_search(engine, chosen, on, scope=scope, youtube=youtube, schedule=within)
    named = {"engines": ", ".join(chosen), "scope": scope}
    if on is None:
        printing.tell(say("Safe search of {engines} is as the wider scope has it for {scope}.", **named))
    elif on:
        printing.tell(say("Safe search of {engines} is on for {scope}.", **named))
    else:
        printing.tell(say("Safe search of {engines} is off for {scope}.", **named))

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale rules`: the home's own rules, which go before every list."""

import os
from typing import Annotated

import typer

from appliance import cli_print, cli_state

app = typer.Typer(help="The home's own rules, which go before every list.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def rules(context: typer.Context, state: cli_state.State = None, json: cli_state.Json = False) -> None:
    """The home's own rules, which go before every list; without a command, all of them."""
    if state:
        os.environ["TELLTALE_STATE"] = state
    if context.invoked_subcommand is None:
        show(state, json)


@app.command("list")
def show(state: cli_state.State = None, json: cli_state.Json = False) -> None:
    """Show all rules."""
    engine = cli_state.engine(state)
    from store import edit

    found = edit.rules(engine)
    if json:
        return cli_print.as_json(found)
    rows = [
        (
            rule.id,
            rule.kind,
            rule.name,
            "and below" if rule.subdomains else "alone",
            rule.scope_kind if rule.scope_kind == "house" else f"{rule.scope_kind}:{rule.scope_id}",
            rule.comment,
        )
        for rule in found
    ]
    return cli_print.table(("ID", "KIND", "NAME", "REACH", "SCOPE", "COMMENT"), rows)


@app.command()
def add(
    kind: Annotated[str, typer.Argument(metavar="block|allow")],
    name: Annotated[str, typer.Argument(metavar="NAME")],
    exact: Annotated[bool, typer.Option("--exact", help="This name alone, not those below it.")] = False,
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    scope: Annotated[str, typer.Option(help="house, group:ID or device:ID")] = "house",
    state: cli_state.State = None,
) -> None:
    """Block or allow a name and all below it."""
    engine = cli_state.engine(state)
    from store import edit

    number = edit.add_rule(engine, kind, name, not exact, comment, scope)
    print(f"Rule {number} is in force.")


@app.command()
def remove(number: Annotated[int, typer.Argument(metavar="ID")], state: cli_state.State = None) -> None:
    """Forget a rule."""
    engine = cli_state.engine(state)
    from store import edit

    edit.remove_rule(engine, number)
    print(f"Rule {number} is removed.")

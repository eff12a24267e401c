# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale forwards`: domains that other servers answer than the house's upstreams."""

from typing import Annotated

import typer

from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say
from store.local import forwards as forwarded_domains
from store.local.forwards import USUAL

app = typer.Typer(help="Domains that other servers answer than the house's upstreams.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def forwards(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Domains that other servers answer than the house's upstreams; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all forwards."""
    engine = cli_context.engine(state)
    from store.local import forward_edit

    forward_rows = forward_edit.forwarded(engine)
    if json:
        return printing.as_json(forward_rows)
    rows = [
        (row.id, row.domain, ", ".join(forwarded_domains.of_text(row.upstreams)) or USUAL, row.comment)
        for row in forward_rows
    ]
    return printing.table((say("ID"), say("DOMAIN"), say("SERVERS"), say("COMMENT")), rows)


@app.command()
def add(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="With all below it; a network: its reverse zone.")],
    upstreams: Annotated[
        list[str], typer.Argument(metavar="UPSTREAM", help=f"Servers, or '{USUAL}': those that everybody asks.")
    ],
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    state: cli_context.State = None,
) -> None:
    """Forward a domain: `telltale forwards add fritz.box 192.168.178.1`."""
    engine = cli_context.engine(state)
    from store.local import forward_edit

    number = forward_edit.add_forward(engine, domain, upstreams, comment, cli_context.leads_here(state))
    printing.tell(say("Forward {number} is in force.", number=number))


@app.command()
def remove(
    which: Annotated[str, typer.Argument(metavar="ID|DOMAIN")], state: cli_context.State = None
) -> None:  # fmt: skip
    """Let a domain be answered as all others."""
    engine = cli_context.engine(state)
    from store.local import forward_edit

    number = int(which) if which.isascii() and which.isdigit() else forward_edit.number_of(engine, which)
    forward_edit.remove_forward(engine, number)
    printing.tell(say("{domain} is forwarded no more.", domain=which))

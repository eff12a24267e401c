# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale password` and `telltale token`: who may change things."""

import sys
import time
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base import languages
from store.base.sentences import say
from store.config.choices import TokenScope, either

app = typer.Typer(help="Tokens for programs that use the API.", rich_markup_mode=None)
# Longer than any password; what is piped in by mistake must not be read whole.
_MAX_PASSWORD = 4096


@app.callback(invoke_without_command=True)
def tokens(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Tokens for programs that use the API; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all tokens, without their secrets."""
    engine = cli_context.engine(state)
    from store.config import account

    account_tokens = account.tokens(engine)
    if json:
        return printing.as_json(account_tokens)
    when = printing.when
    rows = [
        (token.name, token.scope, when(token.created_at), when(token.expires_at) or say("never"),
         when(token.last_used), token.last_address, when(token.revoked_at))
        for token in account_tokens
    ]  # fmt: skip
    head = (say("NAME"), say("SCOPE"), say("CREATED"), say("EXPIRES"), say("LAST USED"), say("FROM"), say("REVOKED"))
    return printing.table(head, rows)


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    scope: Annotated[str, typer.Option(metavar="SCOPE", help=either(TokenScope))],
    expires: Annotated[
        str, typer.Option(metavar="WHEN", help="never, 30d, 2027-03-31 or 2027-03-31T18:00:00Z")
    ] = "never",
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Create a token; it is shown this once."""
    engine = cli_context.engine(state)
    from store.accounts import expiry
    from store.config import account

    end = expiry.end_of(expires, time.time())
    token = account.create_token(engine, name, scope, end)
    if json:
        return printing.as_json({"name": name, "scope": scope, "expires_at": end, "token": token})
    return print(token)


@app.command()
def revoke(name: Annotated[str, typer.Argument(metavar="NAME")], state: cli_context.State = None) -> None:
    """Make a token worthless."""
    engine = cli_context.engine(state)
    from store.config import account

    account.revoke_token(engine, name)
    printing.tell(say("The token {name} is revoked.", name=name))


def password(state: cli_context.State = None) -> None:
    """Set the password of the pages, from a prompt or from standard input."""
    engine = cli_context.engine(state)
    given = read_password()
    from store.config import account

    account.set_password(engine, given)
    printing.tell(say("The password is set; whoever was logged in must log in again."))


def read_password() -> str:
    """From a prompt, or from a pipe."""
    return _ask() if sys.stdin.isatty() else sys.stdin.readline(_MAX_PASSWORD).rstrip("\r\n")


def _ask() -> str:
    from getpass import getpass

    given = getpass(languages.tell_here(say("New password: ")))
    if getpass(languages.tell_here(say("Once more: "))) != given:
        raise Complaint(say("The two were not the same; the password is as it was."))
    return given

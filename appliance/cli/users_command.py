# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale users`: who may log in, and a way in for whoever is locked out."""

from typing import Annotated

import typer

from appliance.cli.access_command import read_password
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say
from store.config.choices import Role, either

app = typer.Typer(help="Who may log in.", rich_markup_mode=None)
two_step_app = typer.Typer(help="The second step of a log-in.", rich_markup_mode=None)
app.add_typer(two_step_app, name="two-step")
Name = Annotated[str, typer.Argument(metavar="NAME")]


@app.callback(invoke_without_command=True)
def users(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Who may log in; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all users."""
    engine = cli_context.engine(state)
    from store.accounts import people

    everybody = people.people(engine)
    if json:
        return printing.as_json(everybody)
    rows = [
        (person.name, person.role, say("on") if person.two_step else say("off"), ", ".join(map(str, person.devices)))
        for person in everybody
    ]
    return printing.table((say("NAME"), say("ROLE"), say("TWO-STEP"), say("DEVICES")), rows)


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(metavar="ROLE", help=either(Role))],
    device: Annotated[list[int] | None, typer.Option(metavar="ID", help="for the role own, once for each")] = None,
    state: cli_context.State = None,
) -> None:
    """Add somebody; the password comes from a prompt or from standard input."""
    engine = cli_context.engine(state)
    from store.accounts import people

    people.add(engine, name, role, read_password(), device or ())
    printing.tell(say("{name} may log in now.", name=name))


@app.command("role")
def set_role(
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=either(Role))],
    device: Annotated[list[int] | None, typer.Option(metavar="ID", help="for the role own, once for each")] = None,
    state: cli_context.State = None,
) -> None:
    """Give somebody another role; they have to log in anew."""
    engine = cli_context.engine(state)
    from store.accounts import people

    people.change(engine, people.find(engine, name).id, role=role, devices=device)
    printing.tell(say("{name} has the role {role} now.", name=name, role=role))


@app.command()
def remove(name: Name, state: cli_context.State = None) -> None:
    """Remove somebody; they are logged out at once."""
    engine = cli_context.engine(state)
    from store.accounts import people

    people.remove(engine, people.find(engine, name).id)
    printing.tell(say("{name} is removed.", name=name))


@app.command("password")
def set_password(name: Name, state: cli_context.State = None) -> None:
    """Set somebody's password, from a prompt or from standard input."""
    engine = cli_context.engine(state)
    from store.accounts import people

    people.set_password(engine, people.find(engine, name).id, read_password())
    printing.tell(say("The password of {name} is set; they must log in again.", name=name))


@two_step_app.command("off")
def two_step_off(name: Name, state: cli_context.State = None) -> None:
    """For whoever has no app and no recovery code any more: the password is enough again."""
    engine = cli_context.engine(state)
    from store.accounts import people, two_step

    two_step.off(engine, people.find(engine, name).id)
    printing.tell(say("Two-step log-in of {name} is off.", name=name))

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale records`: names of the home's own, which are answered here."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say
from store.config import usable_settings
from store.local.hosts_file import MAX_TEXT
from store.local.local_records import TYPES

app = typer.Typer(help="Names of the home's own, which are answered here.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def records(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Names of the home's own, which are answered here; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all records."""
    engine = cli_context.engine(state)
    from store.local import record_edit

    record_rows = record_edit.records(engine)
    if json:
        return printing.as_json(record_rows)
    rows = [(row.id, row.name, row.type, row.value, row.comment) for row in record_rows]
    return printing.table((say("ID"), say("NAME"), say("TYPE"), say("VALUE"), say("COMMENT")), rows)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, or '*.x' for every name below x.")],
    kind: Annotated[str, typer.Argument(metavar="|".join(TYPES))],
    value: Annotated[list[str], typer.Argument(metavar="VALUE", help="As a zone file has it.")],
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    state: cli_context.State = None,
) -> None:
    """Add a record: `telltale records add nas.lan A 192.168.1.5`. The way back (PTR) is made by itself."""
    engine = cli_context.engine(state)
    from store.local import record_edit

    number = record_edit.add_record(engine, name, kind, " ".join(value), comment, _own_name(state))
    printing.tell(say("Record {number} is in force.", number=number))


@app.command()
def remove(
    which: Annotated[str, typer.Argument(metavar="ID|NAME", help="One record, or all of a name.")],
    state: cli_context.State = None,
) -> None:
    """Forget a record, or all of a name."""
    engine = cli_context.engine(state)
    from store.local import record_edit

    if which.isascii() and which.isdigit():
        record_edit.remove_record(engine, int(which))
        printing.tell(say("Record {number} is removed.", number=which))
    else:
        count = record_edit.remove_name(engine, which)
        printing.tell(say("Records of {name} that are removed: {count}.", name=which, count=count))


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A hosts file; - reads standard input.")],
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Take in a hosts file: lines such as `192.168.1.5 nas.lan`. What cannot be taken in is told, line by line."""
    engine = cli_context.engine(state)
    from store.local import record_edit

    try:
        text = sys.stdin.read(MAX_TEXT + 1) if file == "-" else _read(Path(file))
    except (OSError, UnicodeDecodeError) as error:
        raise Complaint(say("{file} cannot be read: {error}.", file=file, error=error)) from None
    imported = record_edit.import_hosts(engine, text, _own_name(state))
    if json:
        return printing.as_json(imported)
    for number, why in imported.refused:
        printing.tell(say("Line {number}: {why}", number=number, why=why))
    return printing.tell(record_edit.summary(imported))


def _read(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(MAX_TEXT + 1)


def _own_name(state: str | None) -> str:
    return usable_settings.load(cli_context.directory(state), os.environ).own_name

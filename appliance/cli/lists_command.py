# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale lists`: blocklists shown, added, turned on and off.

It edits config.db, with or without a running appliance; a running one follows at once.
"""

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.scheduled import SCOPES, Schedule, schedule_of, scope_of
from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from blocklists.index.index import LEVELS_WITHIN, CorruptIndex, Index
from store.base import argv
from store.base.sentences import say
from store.config.choices import ListFormat, PackLevel, either
from store.config.custom_responses import HINT
from store.config.scopes import HOUSE

if TYPE_CHECKING:
    from store.config.lists import BlocklistView

app = typer.Typer(help="Blocklists: vendor packs, the catalogue, and those that you add.", rich_markup_mode=None)
Id = Annotated[str, typer.Argument(metavar="ID", help="The blocklist's id, as `telltale lists` shows it.")]
Scope = Annotated[str, typer.Option(metavar="SCOPE", help=f"{SCOPES}.")]


@app.callback(invoke_without_command=True)
def lists(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Blocklists: vendor packs, the catalogue, and those that you add; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all blocklists."""
    engine = cli_context.engine(state)
    from store.config.lists import blocklists

    views = blocklists(engine)
    if json:
        return printing.as_json(views)
    index = _index(cli_context.directory(state))
    rows = [_row(view, index) for view in views]
    head = (say("ID"), say("ON"), say("LEVEL"), say("NAMES"), say("UPDATED"), say("TITLE"), say("REMARK"))
    return printing.table(head, rows)


@app.command()
def add(
    source: Annotated[str, typer.Argument(metavar="URL_OR_FILE")],
    title: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    format: Annotated[  # noqa: A002
        str | None, typer.Option(metavar="F", help=f"{either(ListFormat)}; else found out.")
    ] = None,
    allow: Annotated[bool, typer.Option("--allow", help="Its names are to be let through.")] = False,
    state: cli_context.State = None,
) -> None:
    """Add a list by URL or file; it is on at once and fetched now."""
    engine = cli_context.engine(state)
    from store.config.lists import add_blocklist

    if "://" not in source:
        path = Path(source).expanduser().absolute()
        if not path.is_file():
            raise Complaint(say(
                "There is no file {path}; a list is a file or an address that begins with https://.", path=path
            ))
        source = str(path)
    number = add_blocklist(engine, source, title, format, allow)
    printing.tell(say("Added as {list}.", list=number))
    fetch(cli_context.directory(state), [number])


@app.command("on")
def turn_on(
    blocklist: Id, scope: Scope = str(HOUSE), schedule: Schedule = None, state: cli_context.State = None
) -> None:
    """Turn a list on, for the house or another scope."""
    _toggle(blocklist, scope, schedule, state, on=True)


@app.command("off")
def turn_off(
    blocklist: Id, scope: Scope = str(HOUSE), schedule: Schedule = None, state: cli_context.State = None
) -> None:
    """Turn a list off, for the house or another scope."""
    _toggle(blocklist, scope, schedule, state, on=False)


@app.command()
def level(
    blocklist: Id,
    level: Annotated[str, typer.Argument(metavar="LEVEL", help=either(PackLevel))],
    state: cli_context.State = None,
) -> None:
    """Choose how much a vendor pack blocks, and turn it on."""
    engine = cli_context.engine(state)
    from store.config.edit import set_level

    set_level(engine, blocklist, level)
    printing.tell(say("{list} is on at {level}.", list=blocklist, level=level))


@app.command()
def accept(blocklist: Id, state: cli_context.State = None) -> None:
    """Take the version of a list that is held back."""
    engine = cli_context.engine(state)
    from store.config.lists import accept_held

    accept_held(engine, blocklist)
    fetch(cli_context.directory(state), [blocklist])
    printing.tell(say("{list} is taken as it is now.", list=blocklist))


@app.command()
def guard(
    blocklist: Id,
    on: Annotated[str, typer.Argument(metavar="on|off", help="off: take the rules that are left out")],
    state: cli_context.State = None,
) -> None:
    """Leave out, or take anyway, rules that would block what the home needs."""
    engine = cli_context.engine(state)
    from store.config.lists import update_blocklist

    if on not in ("on", "off"):
        raise Complaint(say("'{on}' is neither on nor off.", on=on))
    update_blocklist(engine, blocklist, guard=on == "on")
    compile_lists(cli_context.directory(state))
    guarded, whole = say("{list} is guarded.", list=blocklist), say("{list} is taken with every rule.", list=blocklist)
    printing.tell(guarded if on == "on" else whole)


@app.command()
def answer(
    blocklist: Id,
    answer: Annotated[str, typer.Argument(metavar="[ANSWER]", help=f"{HINT}.")] = "",
    state: cli_context.State = None,
) -> None:
    """Choose what is answered to what a list blocks; without an answer, the group's or the house's."""
    engine = cli_context.engine(state)
    from store.config.lists import update_blocklist

    update_blocklist(engine, blocklist, answer=answer)
    printing.tell(say("{list} answers {answer}.", list=blocklist, answer=answer or say("as usual")))


@app.command()
def update(
    blocklist: Annotated[list[str] | None, typer.Argument(metavar="[ID]…")] = None, state: cli_context.State = None
) -> None:
    """Fetch lists now: those named, else all that are on."""
    fetch(cli_context.config(state), blocklist or [])


@app.command()
def remove(blocklist: Id, state: cli_context.State = None) -> None:
    """Forget a list that was added by hand."""
    engine = cli_context.engine(state)
    from store.config.lists import remove_blocklist

    remove_blocklist(engine, blocklist)
    printing.tell(say("{list} is removed.", list=blocklist))


def fetch(state: Path, blocklists: list[str]) -> None:
    """Run the list update in a process of its own; raise Complaint when a list could not be fetched."""
    command = argv.fresh_interpreter("blocklists.update.process", "--state", str(state), *blocklists)
    if subprocess.run(command, check=False).returncode != 0:
        raise Complaint(say("The update did not go through; the lines above and `telltale lists` say what is wrong."))


def compile_lists(state: Path) -> None:
    """Bring the index up to date without fetching anything."""
    command = argv.fresh_interpreter("blocklists.update.process", "--state", str(state), "--compile-only")
    if subprocess.run(command, check=False).returncode != 0:
        raise Complaint(say("The lists could not be compiled; the lines above say why."))


def _toggle(blocklist: str, scope: str, schedule: str | None, state: str | None, *, on: bool) -> None:
    engine = cli_context.engine(state)
    from store.config.edit import set_toggle

    set_toggle(engine, blocklist, scope_of(state, scope), on, schedule=schedule_of(state, schedule))
    printing.tell(say("{list} is on.", list=blocklist) if on else say("{list} is off.", list=blocklist))


def _index(state: Path) -> Index:
    try:
        return Index.open(state / "index" / "current.idx")
    except CorruptIndex:
        return Index.empty()


def _names(view: "BlocklistView", index: Index) -> int | None:
    """How many names of the list are compiled, at its level where it has one."""
    within = LEVELS_WITHIN.get(view.level or "", (None,))
    slots = [slot for slot in index.slots if slot.blocklist_id == view.id and slot.level in within]
    return sum(slot.block_names + slot.allow_names for slot in slots) if slots else None


def _row(view: "BlocklistView", index: Index) -> tuple[object, ...]:
    status, names = view.status, _names(view, index)
    remark = status.error if status and status.error else say("allows") if view.allow else ""
    if status and status.held:
        remark = say("a newer version is held back: {why}", why=status.held)
    fetched = printing.when(status.fetched_at if status else None)
    return view.id, view.on, view.level, names, fetched, view.title, remark

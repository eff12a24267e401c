# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence name`: whose a name is and what for; `correct`, `uncorrect`, `corrections`: what people say."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from blocklists.whose import home_facts
from store.base.sentences import say, sentence_of
from store.local import corrections as name_corrections
from store.names import escaped_json
from store.names.purpose import Purpose

MAX_LINE = 1_000  # characters of a line of standard input; a name has up to 253

Scope = Annotated[name_corrections.CorrectionScope, typer.Option("--scope", help="The name alone, or all below it.")]

Export = Annotated[str | None, typer.Option(metavar="FILE", help="Write them as JSON lines; - to standard output.")]


def name(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names; - reads them from standard input.")],
    state: cli_context.State = None, json: cli_context.Json = False,
) -> None:  # fmt: skip
    """Whose a name is, what it is for, and whether that is tracking or use."""
    known = home_facts.load(cli_context.directory(state))
    rows = []
    for given in _each(names):
        written = name_corrections.pasted(given)
        whose = known.of(_spelled(written))
        row = {
            "name": written, "company": whose.company, "product": whose.product, "purpose": whose.purpose.value,
            "kind": whose.kind.word, "country": whose.country, "matched": whose.matched, "source": whose.source,
        }  # fmt: skip
        if json:
            printing.json_line(row)
        rows.append(row)
    if not json:
        unknown = say("unknown")
        head = (
            say("NAME"),
            say("COMPANY"),
            say("PRODUCT"),
            say("PURPOSE"),
            say("KIND"),
            say("COUNTRY"),
            say("MATCHED"),
        )
        printing.table(head, [
            (row["name"], row["company"] or unknown, row["product"] or "", row["purpose"], row["kind"],
             row["country"] or "", row["matched"])
            for row in rows
        ])  # fmt: skip


def correct(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    company: Annotated[str | None, typer.Option(help="Whose it is.")] = None,
    product: Annotated[str | None, typer.Option(help="Which product of that company.")] = None,
    purpose: Annotated[Purpose | None, typer.Option(help="What it is for.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="<tracking|use|unknown>", help="Against its purpose.")] = None,
    scope: Scope = name_corrections.CorrectionScope.SUFFIX,
    note: Annotated[str, typer.Option(help="How you know.")] = "",
    state: cli_context.State = None,
) -> None:
    """Say whose a name is and what for, against the tables that come with Telltale."""
    engine = cli_context.engine(state)
    from blocklists.whose import correcting

    made = correcting.correct(engine, name, scope.value, company, product, purpose, kind, note)
    printing.tell(say("Whose {name} is, and what for, is corrected.", name=made.name))


def uncorrect(
    name: Annotated[str, typer.Argument(metavar="NAME")], state: cli_context.State = None
) -> None:  # fmt: skip
    """Take a correction away: the name is again as the tables have it."""
    engine = cli_context.engine(state)
    from store.local import correction_edit

    correction_edit.remove_correction(engine, name)
    printing.tell(say("The correction of {name} is removed.", name=name))


def corrections(
    export: Export = None,
    state: cli_context.State = None, json: cli_context.Json = False,
) -> None:  # fmt: skip
    """What people of this home say of names."""
    engine = cli_context.engine(state)
    from store.local import correction_edit

    rows = [name_corrections.as_words(each) for each in correction_edit.all_corrections(engine)]
    if export is not None:
        _export(export, rows)
    elif json:
        printing.as_json(rows)
    else:
        head = (say("NAME"), say("SCOPE"), say("COMPANY"), say("PRODUCT"), say("PURPOSE"), say("KIND"), say("NOTE"))
        printing.table(head, [tuple(value or "" for value in row.values()) for row in rows])


def register(app: typer.Typer) -> None:
    """Add these commands to the group."""
    for command in (name, correct, uncorrect, corrections):
        app.command()(command)


def _each(names: Iterable[str]) -> Iterator[str]:
    for written in names:
        if written == "-":
            for line in sys.stdin:
                yield from line[:MAX_LINE].split()[:1]
        else:
            yield written


def _spelled(written: str) -> str:
    """As the tables have names; of what is no name that is said, and nothing knows it."""
    try:
        return name_corrections.read_name(written)
    except ValueError as error:
        printing.warn(say("! {sentence}", sentence=sentence_of(error)))
        return written.strip().rstrip(".").lower()


def _export(file: str, rows: Iterable[dict[str, str | None]]) -> None:
    text = "".join(escaped_json.dumps(row) + "\n" for row in rows)
    if file == "-":
        print(text, end="")
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Complaint(say("{file} cannot be written ({error}).", file=file, error=sentence_of(error))) from None

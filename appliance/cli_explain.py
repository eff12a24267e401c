# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale explain`: the verdict on names, and why."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance import cli_print, cli_state
from appliance.complaint import Complaint

if TYPE_CHECKING:
    from appliance.verdicts import Explained, Given, House, Speaker

# (name, type, client or None)
Question = tuple[str, str, str | None]


def explain(
    name: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names, or - to read NAME [TYPE [CLIENT]] lines.")],
    type: Annotated[str, typer.Option("--type", metavar="TYPE", help="A, AAAA, HTTPS, …")] = "A",  # noqa: A002
    client: Annotated[str | None, typer.Option(metavar="ADDR", help="Who asks; its device's policy holds.")] = None,
    lists: Annotated[list[Path] | None, typer.Option("--list", metavar="FILE", help="Judge by it alone.")] = None,
    format: Annotated[str | None, typer.Option(metavar="F", help="The format of --list; else found out.")] = None,  # noqa: A002
    deny: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Judge by this rule alone: x or =x.")] = None,
    permit: Annotated[list[str] | None, typer.Option(metavar="RULE", help="A rule that lets through.")] = None,
    state: cli_state.State = None,
    json: cli_state.Json = False,
) -> int:
    """The verdict on names, and why; nobody is asked. With --list, --deny or --permit, of those alone."""
    from appliance import verdicts

    judge: House | Given
    if lists or deny or permit:
        judge = verdicts.Given.load(lists or [], _format(format), deny or [], permit or [])
    else:
        judge = verdicts.House.load(cli_state.config(state), os.environ)
    failed = 0
    for question in _questions(name, type, client):
        try:
            found = judge.explain(question[0], verdicts.type_number(question[1]), question[2])
        except Complaint as error:
            print(f"telltale: {error}", file=sys.stderr)
            failed += 1
            continue
        if json:
            cli_print.json_line({name: getattr(found, name) for name in found.__slots__})
        else:
            print(render(found, judge.speakers(question[0], question[2])))
    return 1 if failed else 0


def render(found: "Explained", speakers: "Sequence[Speaker]" = ()) -> str:
    """The verdict, what decided, and below it every rule that speaks for the name."""
    lines = [f"{found.name} {found.type}: {found.verdict}" + (f" ({found.answer})" if found.answer else "")]
    if found.rule:
        lines.append(f"  decided by {found.rule} of {found.list}")
    for said in speakers:
        place = f", {cli_print.harmless(said.place)}" if said.place else ""
        off = "" if said.on else "  (off)"
        lines.append(f"    {'allow' if said.allow else 'block'}  {said.rule}  {said.source}{place}{off}")
    return "\n".join(lines)


def read_question(line: str, type: str, client: str | None) -> Question | None:  # noqa: A002
    """A line of standard input; None for an empty one and for a comment."""
    words = line.partition("#")[0].split()
    if not words:
        return None
    return words[0], words[1] if len(words) > 1 else type, words[2] if len(words) > 2 else client


def _questions(names: list[str], type: str, client: str | None) -> Iterator[Question]:  # noqa: A002
    for name in names:
        if name != "-":
            yield name, type, client
            continue
        for raw in sys.stdin.buffer:
            question = read_question(raw.decode("utf-8", "replace"), type, client)
            if question is not None:
                yield question


def _format(wanted: str | None) -> str | None:
    from blocklists.formats import READERS

    if wanted is not None and wanted not in READERS:
        raise Complaint(f"'{wanted}' is no format that Telltale reads: choose {', '.join(READERS)}.")
    return wanted


# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale explain`: the verdict on names, and why."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import context, printing
from appliance.errors import Complaint

if TYPE_CHECKING:
    from appliance.cli.verdicts import Given, House, Story

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
    offline: Annotated[bool, typer.Option("--offline", help="Ask no upstream; judge the name alone.")] = False,
    state: context.State = None,
    json: context.Json = False,
) -> int:
    """The verdict on names, and why. With --list, --deny or --permit, of those alone.

    Where Telltale runs here, its upstreams are asked where the answer to a name leads that passes by itself.
    """
    from appliance.cli import verdicts

    judge: House | Given
    if lists or deny or permit:
        judge = verdicts.Given.load(lists or [], _format(format), deny or [], permit or [])
    else:
        judge = verdicts.House.load(context.config(state), os.environ, asking=not offline)
    failed = 0
    for question in _questions(name, type, client):
        try:
            _answer(judge, question, json=json, many="-" in name)
        except Complaint as error:
            print(f"telltale: {error}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def _answer(judge: "House | Given", question: Question, *, json: bool, many: bool) -> None:
    """Print the verdict on one question; of many names in JSON that alone, which takes no look at any text."""
    from appliance.cli import verdicts

    name, type_, client = question
    qtype = verdicts.type_number(type_)
    if json and many:
        printing.json_line(_plain(judge.explain(name, qtype, client)))
        return
    story = judge.tell(name, qtype, client)
    if json:
        rules, hops = map(_plain, story.rules), map(_plain, story.hops)
        printing.json_line({**_plain(story.verdict), "rules": list(rules), "hops": list(hops), "looked": story.looked})
    else:
        print(render(story))


def render(story: "Story") -> str:
    """The verdict, what decided, every rule that speaks for the name, and where its answer leads."""
    from appliance.cli.matched_rules import hop_line, line
    from resolver.answer.inspect import REBINDING

    found = story.verdict
    lines = [f"{found.name} {found.type}: {found.verdict}" + (f" ({found.answer})" if found.answer else "")]
    if found.rule:
        source = "the protection of this home (rebind_protection)" if found.list == REBINDING else found.list
        lines.append(f"  {'decided by' if found.verdict != 'PASS' else 'found:'} {found.rule} of {source}")
    lines += [line(said) for said in story.rules]
    if story.looked and found.verdict in ("PASS", "BLOCK") and (story.hops or not found.rule):
        lines.append(f"  {story.looked}")
    return "\n".join([*lines, *(hop_line(hop) for hop in story.hops)])


def _plain(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


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
    from blocklists.formats.line_formats import READERS

    if wanted is not None and wanted not in READERS:
        raise Complaint(f"'{wanted}' is no format that Telltale reads: choose {', '.join(READERS)}.")
    return wanted

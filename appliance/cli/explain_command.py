# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale explain`: the verdict on names, and why."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.errors import Complaint
from appliance.terminal import context, printing
from store.base.languages import tell_here
from store.base.sentences import say, sentence_of
from store.config.choices import ListKind

if TYPE_CHECKING:
    from appliance.terminal.verdicts import Question
    from resolver.explain.explain import Explainer
    from resolver.explain.explanation import Explanation


def explain(
    name: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names, or - to read NAME [TYPE [CLIENT]] lines.")],
    type: Annotated[str, typer.Option("--type", metavar="TYPE", help="A, AAAA, HTTPS, …")] = "A",  # noqa: A002
    client: Annotated[str | None, typer.Option(metavar="ADDR", help="Who asks; ADDR#ID: as that device.")] = None,
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
    from appliance.terminal import verdicts

    if lists or deny or permit:
        explainer: Explainer = verdicts.Given.of(lists or [], _format(format), deny or [], permit or [])
    else:
        explainer = verdicts.of_house(context.config(state), os.environ, ask=not offline)
    failed = 0
    for question in _questions(name, type, client):
        try:
            _print(explainer, question, json=json, many="-" in name)
        except Complaint as error:
            print(f"telltale: {tell_here(sentence_of(error))}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def _print(explainer: "Explainer", question: "Question", *, json: bool, many: bool) -> None:
    """The explanation of one question; of many names in JSON the verdict alone, which takes no look at any text."""
    from appliance.terminal.verdicts import explained

    if json and many:
        printing.json_line(verdict_json(explained(explainer, question, verdict_only=True)))
    elif json:
        printing.json_line(whole_json(explained(explainer, question)))
    else:
        print(render(explained(explainer, question)))


def verdict_json(explanation: "Explanation") -> dict[str, Any]:
    """`list` is a blocklist's id, `own` for a rule of the home, `pause` or `exception` where that lets it through."""
    judgement = explanation.judgement
    return {
        "name": explanation.name,
        "type": explanation.type,
        "verdict": judgement.verdict.name,
        "rule": judgement.rule,
        "list": judgement.blocklist,
        "answer": explanation.answer,
    }


def whole_json(explanation: "Explanation") -> dict[str, Any]:
    """The verdict with all that led to it."""
    from appliance.terminal.matched_rules import hop_json, rule_json

    rules, hops = map(rule_json, explanation.rules), map(hop_json, explanation.hops)
    whole = {"rules": list(rules), "hops": list(hops), "looked": explanation.looked, "relief": explanation.relief,
             "because": explanation.because, "until": explanation.until_s}  # fmt: skip
    return {**verdict_json(explanation), **whole}


def render(explanation: "Explanation") -> str:
    """The verdict, what decided, every rule that matches the name, and where its answer leads."""
    from appliance.terminal.matched_rules import hop_line, rule_line
    from resolver.answer.inspect import REBINDING
    from resolver.answer.let_through import EXCEPTION, PAUSE, SCHEDULE
    from resolver.answer.safe_search import LIST as SAFE_SEARCH

    verdict, blocklist, rule, _ = explanation.judgement
    answer = f" ({explanation.answer})" if explanation.answer else ""
    lines = [f"{printing.lettered(explanation.name)} {explanation.type}: {verdict.name}{answer}"]
    undecided = not (explanation.because and blocklist in (SCHEDULE, PAUSE, EXCEPTION))  # said whole there
    if rule and undecided:
        protection = say("the protection of this home (rebind_protection)")
        sources = {
            REBINDING: protection, PAUSE: say("a pause"), EXCEPTION: say("an exception"), SCHEDULE: say("a schedule"),
            SAFE_SEARCH: say("safe search"),
        }  # fmt: skip
        title = explanation.list_title if blocklist.startswith(f"{ListKind.SERVICE}:") else None
        named = {"rule": rule, "source": sources.get(blocklist, title or blocklist)}
        decided, matching = say("decided by {rule} of {source}", **named), say("found: {rule} of {source}", **named)
        lines.append(f"  {tell_here(matching if verdict.name == 'PASS' else decided)}")
    if explanation.because:
        lines.append(f"  {tell_here(explanation.because)}")
    if explanation.relief and undecided:
        lines.append(f"  {tell_here(explanation.relief)}")
    if blocklist == PAUSE:
        lines.append(f"  {tell_here(say('Else {rule} would block it.', rule=rule))}")
    lines += map(rule_line, explanation.rules)
    open_question = verdict.name in ("PASS", "BLOCK") and (explanation.hops or not rule)
    if open_question or verdict.name == "REFUSE":
        lines.append(f"  {tell_here(explanation.looked)}")
    return "\n".join([*lines, *map(hop_line, explanation.hops)])


def read_question(line: str, type: str, client: str | None) -> "Question | None":  # noqa: A002
    """A line of standard input; None for an empty one and for a comment."""
    words = line.partition("#")[0].split()
    if not words:
        return None
    return words[0], words[1] if len(words) > 1 else type, words[2] if len(words) > 2 else client


def _questions(names: list[str], type: str, client: str | None) -> "Iterator[Question]":  # noqa: A002
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
        raise Complaint(say(
            "'{wanted}' is no format that Telltale reads: choose {choices}.", wanted=wanted, choices=", ".join(READERS)
        ))
    return wanted

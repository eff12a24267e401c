# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale rules`: the home's own rules, which go before every list."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.scheduled import SCOPES, Schedule, schedule_of, scope_of
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say
from store.config import scopes
from store.config.choices import RuleForm, RuleKind
from store.config.custom_responses import HINT
from store.config.scopes import Scope

if TYPE_CHECKING:
    from store.rows import tables

MAX_ODD = 100  # lines that are told of

app = typer.Typer(help="The home's own rules, which go before every list.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def rules(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """The home's own rules, which go before every list; without a command, all of them."""
    if cli_context.alone(context, state):
        show(state, json)


@app.command("list")
def show(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Show all rules."""
    engine = cli_context.engine(state)
    from store.config import edit

    rule_rows = edit.rules(engine)
    if json:
        return printing.as_json(rule_rows)
    rows = [
        (
            rule.id,
            rule.kind,
            rule.name,
            _reach(rule),
            str(Scope.of_row(rule.scope_kind, rule.scope_id)),
            rule.answer or None,
            _state(rule),
            rule.comment,
        )
        for rule in rule_rows
    ]
    head = (say("ID"), say("KIND"), say("NAME"), say("REACH"), say("SCOPE"), say("ANSWER"), say("STATE"),
            say("COMMENT"))  # fmt: skip
    return printing.table(head, rows)


@app.command()
def add(
    kind: Annotated[str, typer.Argument(metavar="|".join(RuleKind))],
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, or with --regex an expression.")],
    exact: Annotated[bool, typer.Option("--exact", help="This name alone, not those below it.")] = False,
    regex: Annotated[bool, typer.Option("--regex", help="Every name in which this expression (RE2) is found.")] = False,
    inverted: Annotated[bool, typer.Option("--inverted", help="With --regex: where it is not found.")] = False,
    types: Annotated[str, typer.Option(help="Query types: A,AAAA, or ~A for all others.")] = "",
    answer: Annotated[str, typer.Option(help=f"Instead of the usual: {HINT}.")] = "",
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    scope: Annotated[str, typer.Option(help=SCOPES)] = str(scopes.HOUSE),
    schedule: Schedule = None,
    minutes: Annotated[int | None, typer.Option("--for", min=1, help="Minutes after which it ends by itself.")] = None,
    state: cli_context.State = None,
) -> None:
    """Block or allow a name and all below it, or what an expression is found in."""
    engine = cli_context.engine(state)
    from store.config import edit
    from store.rules.rule_hint import hint

    form = RuleForm.REGEX if regex else RuleForm.NAME
    number = edit.add_rule(
        engine, kind, name, not exact, comment, scope_of(state, scope), schedule_of(state, schedule),
        None if minutes is None else int(time.time()) + 60 * minutes, form=form,
        types=types, inverted=inverted, answer=answer,
    )  # fmt: skip
    if sentence := next(filter(None, (hint(rule) for rule in edit.rules(engine) if rule.id == number)), ""):
        printing.tell(sentence)
    printing.tell(say("Rule {number} is in force.", number=number))


@app.command()
def remove(number: Annotated[int, typer.Argument(metavar="ID")], state: cli_context.State = None) -> None:
    """Forget a rule."""
    engine = cli_context.engine(state)
    from store.config import edit

    edit.remove_rule(engine, number)
    printing.tell(say("Rule {number} is removed.", number=number))


@app.command()
def on(number: Annotated[int, typer.Argument(metavar="ID")], state: cli_context.State = None) -> None:
    """Have a rule decide again that is off, or over."""
    _turn(number, state, True)


@app.command()
def off(number: Annotated[int, typer.Argument(metavar="ID")], state: cli_context.State = None) -> None:
    """Keep a rule, and have it decide nothing."""
    _turn(number, state, False)


@app.command()
def paste(
    file: Annotated[typer.FileText, typer.Argument(help="A text of rules, a rule a line, or an export; - for stdin.")],
    allow: Annotated[bool, typer.Option("--allow", help="What a line means that does not say so itself.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="A name alone means that name, not those below it.")] = False,
    scope: Annotated[str, typer.Option(help=SCOPES)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be added.")] = False,
    state: cli_context.State = None,
) -> None:
    """Add many rules as one change; lines that are not understood are told of and left out."""
    engine = cli_context.engine(state)
    from store.rules import pasted_rules, rule_edit

    kind = RuleKind.ALLOW if allow else RuleKind.BLOCK
    whom = scope_of(state, scope) if scope else ""
    pasted = pasted_rules.read(file.read(pasted_rules.MAX_TEXT + 1), kind, subdomains=not exact, scope=whom)
    new = [each.new for each in pasted.rules]
    added = rule_edit.count_rules(engine, new) if dry_run else rule_edit.add_rules(engine, new)
    for odd in pasted.odd[:MAX_ODD]:
        printing.tell(say("line {line:,}: {text}: {why}", line=odd.line, text=odd.text, why=odd.why))
    for line, name, why in pasted.hints[:MAX_ODD]:
        printing.tell(say("line {line:,}: {text}: {why}", line=line, text=name, why=why))
    counts = {"new": added.new, "changed": added.changed, "same": added.same, "odd": len(pasted.odd)}
    printing.tell(say("{new:,} new, {changed:,} changed, {same:,} so already, {odd:,} not understood.", **counts))


def _turn(number: int, state: cli_context.State, on: bool) -> None:
    engine = cli_context.engine(state)
    from store.rules import rule_edit

    rule_edit.turn_rule(engine, number, on)
    printing.tell(say("Rule {number} is on.", number=number) if on else say("Rule {number} is off.", number=number))


def _reach(rule: "tables.Rule") -> str:
    """What the rule is about beside its name."""
    reach = say("and below") if rule.subdomains else say("alone")
    if rule.form == RuleForm.REGEX:
        reach = say("not found in") if rule.inverted else say("found in")
    return say("{reach}, {types}", reach=reach, types=rule.types) if rule.types else reach


def _state(rule: "tables.Rule") -> str:
    """Whether it decides."""
    if not rule.on:
        return say("off")
    if rule.until is None:
        return say("on")
    left = -(-int(rule.until - time.time()) // 60)
    return say("on, {left:,} min", left=left) if left > 0 else say("over")

# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale rules`: the home's own rules, which go before every list."""

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
    from store.config import tables

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
            rule.comment,
        )
        for rule in rule_rows
    ]
    head = (say("ID"), say("KIND"), say("NAME"), say("REACH"), say("SCOPE"), say("ANSWER"), say("COMMENT"))
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
    state: cli_context.State = None,
) -> None:
    """Block or allow a name and all below it, or what an expression is found in."""
    engine = cli_context.engine(state)
    from store.config import edit

    form = RuleForm.REGEX if regex else RuleForm.NAME
    number = edit.add_rule(
        engine, kind, name, not exact, comment, scope_of(state, scope), schedule_of(state, schedule), form=form,
        types=types, inverted=inverted, answer=answer,
    )  # fmt: skip
    printing.tell(say("Rule {number} is in force.", number=number))


@app.command()
def remove(number: Annotated[int, typer.Argument(metavar="ID")], state: cli_context.State = None) -> None:
    """Forget a rule."""
    engine = cli_context.engine(state)
    from store.config import edit

    edit.remove_rule(engine, number)
    printing.tell(say("Rule {number} is removed.", number=number))


def _reach(rule: "tables.Rule") -> str:
    """What the rule is about beside its name."""
    reach = say("and below") if rule.subdomains else say("alone")
    if rule.form == RuleForm.REGEX:
        reach = say("not found in") if rule.inverted else say("found in")
    return say("{reach}, {types}", reach=reach, types=rule.types) if rule.types else reach

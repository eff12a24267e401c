# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence worth`: what each list is worth to this home, and which may be turned off without a loss."""

from __future__ import annotations

import os

import typer

from appliance.evidence_cli.asked_range import From, To, span_of
from appliance.evidence_cli.whatif_command import answered
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say

DEFAULT_FROM = "-30d"


def worth(
    from_: From = DEFAULT_FROM, to: To = "now", state: cli_context.State = None, json: cli_context.Json = False
) -> None:
    """What each list is worth: what it blocks, what it alone blocks, false alarms, and which may be turned off."""
    from_us, to_us = span_of(from_, to)
    answer = answered(lambda jobs: jobs.start_worth(cli_context.config(state), os.environ, from_us, to_us))
    if json:
        return printing.as_json(answer)
    head = (say("LIST"), say("HITS"), say("BLOCKS"), say("ALONE"), say("FALSE ALARMS"), say("NAMES"), say("NEVER HIT"))
    printing.table(head, [
        (each.title, each.hits, each.blocks, each.unique, len(each.false_alarms), each.names, each.never_hit)
        for each in answer.lists
    ])  # fmt: skip
    if answer.lose_nothing:
        names = ", ".join(answer.lose_nothing)
        printing.tell(say("Turn these off and lose nothing, by the queries of this time: {lists}.", lists=names))
    return None


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command("worth")(worth)

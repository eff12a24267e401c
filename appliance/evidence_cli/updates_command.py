# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence updates`: what the last new version of each list changed that this home uses."""

from __future__ import annotations

import os

import typer

from appliance.evidence_cli.asked_range import From, To, span_of
from appliance.evidence_cli.whatif_command import answered
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from store.base.sentences import say

DEFAULT_FROM = "-7d"


def updates(
    from_: From = DEFAULT_FROM, to: To = "now", state: cli_context.State = None, json: cli_context.Json = False
) -> None:
    """What updates of lists changed that this home uses: names that are blocked now, or not any more."""
    from_us, to_us = span_of(from_, to)
    answer = answered(lambda jobs: jobs.start_updates(cli_context.config(state), os.environ, from_us, to_us))
    if json:
        return printing.as_json(answer)
    rows = [
        (each.title, printing.when(each.changed_at), what, name.name, name.queries)
        for each in answer.lists
        for what, names in ((say("blocked now"), each.blocked), (say("not blocked any more"), each.freed))
        for name in names
    ]
    if not rows:
        return printing.tell(say("No update of this time changed anything that this home uses."))
    return printing.table((say("LIST"), say("VERSION OF"), say("WHAT"), say("NAME"), say("QUERIES")), rows)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command("updates")(updates)

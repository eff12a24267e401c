# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence whatif`: what a change would have done to the queries of the past."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer

from appliance.errors import Complaint
from appliance.evidence_cli.asked_range import From, To, span_of
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from evidence.whatif import change_words
from evidence.whatif.effect import Direction, Effect
from evidence.whatif.whatif_change import BadChange
from evidence.whatif.whatif_jobs import Answer, Failed, WhatIfJob, WhatIfJobs
from store.base.languages import tell_here
from store.base.sentences import say, say_count, sentence_of

DEFAULT_FROM = "-7d"
SHOWN = 25  # names of a table; --json has more
LOOK_SECONDS = 0.5

Changes = Annotated[list[str], typer.Argument(metavar="CHANGE…", help="Words as below, quoted or not.")]


def whatif(
    changes: Changes,
    from_: From = DEFAULT_FROM,
    to: To = "now",
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """What a change would have done to the queries of the past; nothing is changed.

    on LIST [at LEVEL] [for SCOPE] · off LIST [for SCOPE] · follow LIST for SCOPE · block RULE [for SCOPE] · allow RULE
    [for SCOPE] · forget RULE-ID · device:3 joins group:2 · device:3 leaves group:2 · list URL|FILE|ID [for SCOPE].

    Such as: telltale evidence whatif on hagezi-pro · whatif off pack:xiaomi for device:3 --from -30d · whatif "block
    tiktok.com for group:2".
    """
    try:
        asked = change_words.parse(changes)
    except BadChange as error:
        raise Complaint(sentence_of(error)) from None
    from_us, to_us = span_of(from_, to)
    effect = answered(lambda jobs: jobs.start(cli_context.config(state), os.environ, asked, from_us, to_us))
    if json:
        return printing.as_json(plain(effect))
    return _print(effect)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command("whatif")(whatif)


def plain(effect: Effect) -> dict[str, Any]:
    """As the API has it, with sentences as people here read them."""
    values = asdict(effect)
    values["warnings"] = [{**each, "sentence": tell_here(each["sentence"])} for each in values["warnings"]]
    return values


def answered(start: Callable[[WhatIfJobs], WhatIfJob[Answer]]) -> Answer:
    """The answer to a question that `start` asks. Raises Complaint where there is none."""
    jobs = WhatIfJobs()
    try:
        return _waited(start(jobs))
    except Failed as error:
        raise Complaint(sentence_of(error)) from None
    finally:
        jobs.close()


def _waited(job: WhatIfJob[Answer]) -> Answer:
    """The answer; meanwhile how far it is, where somebody looks at a terminal."""
    shown, started = sys.stderr.isatty(), time.monotonic()
    while (effect := job.wait(LOOK_SECONDS)) is None:
        if shown and time.monotonic() - started > 2 * LOOK_SECONDS:
            print(f"\r{job.share:.0%} ", end="", file=sys.stderr, flush=True)
    if shown:
        print("\r     \r", end="", file=sys.stderr, flush=True)
    return effect


def _print(effect: Effect) -> None:
    judged = effect.queries - effect.unjudged
    printing.tell(say("{queries:,} queries were judged by today's policy and by the changed one.", queries=judged))
    for direction, words in (
        (effect.more, say("More is blocked: {queries} for {names} of {devices}.", **_counts(effect.more))),
        (effect.less, say("Less is blocked: {queries} for {names} of {devices}.", **_counts(effect.less))),
    ):  # fmt: skip
        if direction.queries:
            printing.tell(words)
            _devices(direction)
    if not effect.more.queries and not effect.less.queries:
        printing.tell(say("Nothing would have been different."))
    for warned in effect.warnings:
        printing.tell(say("! {sentence}", sentence=warned.sentence))
    if effect.names:
        head = (say("NAME"), say("COMPANY"), say("QUERIES"), say("BLOCKED NOW"), say("BLOCKED THEN"), say("DEVICES"))
        printing.table(head, [
            (name.name, name.company, name.queries, name.before, name.after, name.devices)
            for name in effect.names[:SHOWN]
        ])  # fmt: skip
    if more := max(0, len(effect.names) - SHOWN) + effect.names_left_out:
        printing.tell(say_count(more, "And {count:,} more name.", "And {count:,} more names."))


def _devices(direction: Direction) -> None:
    for each in direction.by_device[:5]:
        printing.tell(say(
            "  {name}: {queries} for {names}", name=printing.harmless(each.name),
            queries=say_count(each.queries, "{count:,} query", "{count:,} queries"),
            names=say_count(each.names, "{count:,} name", "{count:,} names"),
        ))  # fmt: skip


def _counts(direction: Direction) -> dict[str, str]:
    return {
        "queries": say_count(direction.queries, "{count:,} query", "{count:,} queries"),
        "names": say_count(direction.names, "{count:,} name", "{count:,} names"),
        "devices": say_count(direction.devices, "{count:,} device", "{count:,} devices"),
    }

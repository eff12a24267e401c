# SPDX-License-Identifier: GPL-3.0-or-later
"""Which code runs, and what is wrong with code that somebody compiled (`native`). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from native.finder import Running, Way
from store.base.process_parts import State
from store.base.sentences import Sentence, say, say_count
from store.health.health_facts import HealthFacts
from store.health.problem import Problem


def tell_code(code: Running) -> Sentence:
    """What runs, in a sentence."""
    if code.way == Way.COMPILED and code.datagrams:
        return say_count(
            code.files, "Compiled: {count:,} file and the datagrams.", "Compiled: {count:,} files and the datagrams."
        )
    if code.way == Way.COMPILED:
        return say_count(code.files, "Compiled: {count:,} file.", "Compiled: {count:,} files.")
    if code.way == Way.OFF:
        return say("Plain Python, as {variable} asks.", variable="TELLTALE_COMPILED=off")
    if code.way == Way.STALE:
        return say_count(
            len(code.changed),
            "Plain Python: {count:,} source has changed since it was compiled, {first}.",
            "Plain Python: {count:,} sources have changed since they were compiled, {first} among them.",
            first=code.changed[0] if code.changed else "?",
        )
    if code.way == Way.BROKEN:
        return say("Plain Python: the compiled code cannot be loaded ({why}).", why=code.why)
    if code.way == Way.CRASHED:
        return say_count(
            code.crashes,
            "Compiled code crashed {count:,} time; plain Python does its work.",
            "Compiled code crashed {count:,} times; plain Python does its work.",
        )
    return say("Plain Python.")


def look_at_code(facts: HealthFacts) -> Iterator[Problem]:
    """Compiled code that is there and does not run: all works, and takes more of the processor."""
    code = facts.supervisor.code
    if code.way in (Way.STALE, Way.BROKEN):
        cure = say("All works as well, only slower; `make compiled` compiles anew, then restart Telltale.")
        yield Problem(f"code_{code.way}", State.OK, tell_code(code), cure)
    if code.way == Way.CRASHED:
        cure = say(
            "All works as well, only slower; `make compiled` compiles anew, or {variable} keeps plain Python; then "
            "restart Telltale.",
            variable="TELLTALE_COMPILED=off",
        )
        yield Problem(f"code_{code.way}", State.OK, tell_code(code), cure)

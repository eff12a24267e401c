# SPDX-License-Identifier: GPL-3.0-or-later
"""What the forms of a rule send, read as the edits take it. Pure but for the clock."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from fastapi import Form

from store.base.sentences import say
from store.config.choices import RuleForm

Reach = Literal["below", "alone", "found", "not found"]
Length = Annotated[str, Form(alias="for", max_length=9, pattern=r"^(\d*|keep)$")]
KEPT = "keep"  # in place of a length: as it is
# In seconds, and in words; "": until somebody takes it away.
LENGTHS: tuple[tuple[str, str], ...] = (
    ("", say("for good")), ("3600", say("for 1 hour")), ("14400", say("for 4 hours")), ("86400", say("for 1 day")),
    ("604800", say("for 1 week")), ("2592000", say("for 30 days")),
)  # fmt: skip

# Of other blockers, which are read where a name is.
NOTATIONS = ("||ads.example^", "@@||ok.example^", "*.ads.example", "/^ads[0-9]/", "re;querytype=A")
PASTED = "||ads.example^\n@@||ok.example^\n0.0.0.0 tracker.example\n/^ads[0-9]/"


def said_more(reach: str, types: str, answer: str) -> dict[str, Any]:
    """The further words of a rule as `check_rule` takes them, its subdomains aside."""
    form = RuleForm.REGEX if reach in ("found", "not found") else RuleForm.NAME
    return {"form": form, "types": types, "inverted": reach == "not found", "answer": answer}


def until(length: str) -> int | None:
    """The end of a rule that begins now, Unix seconds; None: it stays."""
    return int(time.time()) + int(length) if length.isdigit() and int(length) else None


def reach_of(form: str, subdomains: bool, inverted: bool) -> str:
    """The choice of the form that makes such a rule."""
    if form == RuleForm.REGEX:
        return "not found" if inverted else "found"
    return "below" if subdomains else "alone"

# SPDX-License-Identifier: GPL-3.0-or-later
"""All of the home's own rules as a file: a text that other blockers read, or JSON; pasted again, they are equal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from blocklists.index.own_rules import own_text
from blocklists.rules import rule
from store.config import edit
from store.config.choices import RuleForm, RuleKind
from store.config.scopes import HOUSE, Scope
from store.household.policy import Rule
from store.rows import tables
from store.rules.pasted_rules import MARK
from webui.http import permissions
from webui.http.deps import Engine

router = APIRouter(prefix="/blocklists/rules", dependencies=[permissions.sees])

_TYPES = {"txt": "text/plain; charset=utf-8", "json": "application/json"}
_SAID = ("kind", "form", "name", "subdomains", "types", "inverted", "answer", "comment")


@router.get("/export")
def export(engine: Engine, format: Literal["txt", "json"] = "txt") -> Response:  # noqa: A002 - as the address has it
    rows = edit.rules(engine)
    text = as_text(rows) if format == "txt" else as_json(rows)
    named = {"content-disposition": f'attachment; filename="telltale-rules.{format}"'}
    return Response(text, media_type=_TYPES[format], headers=named)


def as_text(rows: Sequence[tables.Rule]) -> str:
    """A rule a line in the adblock syntax, with its comment; what holds of several stands in a line before them.

    Rules that are off are comments to others, which know nothing of it: they would block.
    """
    lines = ["! Telltale: rules of the home's own"]
    for around, group in groupby(sorted(rows, key=lambda row: (_around(row), row.id or 0)), key=_around):
        if around != str(HOUSE) or len(lines) > 1:
            lines.append(f"{MARK} {'' if around.startswith('scope=') else 'scope='}{around}")
        lines += [_line(row) for row in group]
    return "\n".join(lines) + "\n"


def as_json(rows: Sequence[tables.Rule]) -> str:
    """Each rule whole, as the API has it."""
    rules: list[dict[str, Any]] = [
        {**{column: getattr(row, column) for column in _SAID}, "scope": str(Scope.of_row(row.scope_kind, row.scope_id)),
         "on": row.on, "until": row.until, "schedule": row.schedule_id}
        for row in rows
    ]  # fmt: skip
    return json.dumps({"telltale": "rules", "rules": rules}, ensure_ascii=False, indent=1) + "\n"


def _around(row: tables.Rule) -> str:
    """What holds of a rule beside what it says; the house's at all times is just `house`."""
    words = [str(Scope.of_row(row.scope_kind, row.scope_id))]
    words += [] if row.on else ["on=no"]
    words += [] if row.until is None else [f"until={row.until}"]
    words += [] if row.schedule_id is None else [f"schedule={row.schedule_id}"]
    return words[0] if words == [str(HOUSE)] else "scope=" + " ".join(words)


def _line(row: tables.Rule) -> str:
    own = Rule(0, RuleKind(row.kind), row.name, row.subdomains, "", RuleForm(row.form), row.types, row.inverted,
               row.answer)  # fmt: skip
    text, comment = own_text(own), " ".join(row.comment.split())
    if own.form == RuleForm.NAME and not own.subdomains:  # a bare name may mean all below it, too, wherever it is read
        text = text.replace(rule.text(own.name, allow=False, subdomains=False), f"|{own.name}^", 1)
    return text + (f"  # {comment}" if comment else "")

# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as one HTML file, from its values alone: the same values give the same bytes. Pure.

It opens anywhere, takes nothing from outside, and needs no script; what was counted stands in it as data, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from evidence.report import leak_table, picture_parts, sealed
from evidence.report.html_parts import Teller
from evidence.report.html_tables import Tables
from evidence.report.report_style import POLICY, STYLE
from evidence.report_counts.subject import About
from store.base.sentences import say

Values = dict[str, Any]

_DRAWN_BY = (
    "html_parts", "html_tables", "kept_numbers", "leak_table", "leak_words", "picture_parts", "pictures", "report_html",
    "report_style", "report_words", "../report_counts/half_rows", "../report_counts/report_sql", "../findings/cures",
    "../findings/finding_words",
)  # fmt: skip


@cache
def drawn_by() -> str:
    """A digest of the code that draws: where it is another, the same values may give other bytes."""
    folder, digest = Path(__file__).parent, hashlib.sha256()
    for stem in _DRAWN_BY:
        digest.update((folder / f"{stem}.py").read_bytes())
    return digest.hexdigest()[:16]


def parts(values: Values, tell: Callable[[str], str]) -> Iterator[str]:
    """The file in pieces; `tell` says a sentence in the language of the values."""
    teller = Teller(tell, not values.get("kept"))
    title = teller.text(_title(values))
    yield (
        f'<!DOCTYPE html>\n<html lang="{escape(values["language"])}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<title>{title}</title>\n'
        f'<style>{STYLE}</style>\n</head>\n<body>\n'
    )
    yield from _head(values, teller)
    tables = Tables(values, teller)
    yield from picture_parts.hours(values, teller)
    yield tables.halves()
    yield tables.companies()
    yield tables.devices()
    yield from picture_parts.beats(values, teller)
    yield leak_table.leaks(values, teller)
    yield tables.names()
    yield tables.blocked()
    yield tables.lists()
    yield tables.changes()
    yield from _end(values, teller, tables)
    yield sealed.data_block(values) + "\n</body>\n</html>\n"


def _title(values: Values) -> str:
    subject = values["subject"]
    if subject["about"] == About.COMPANY:
        return say("What this home reports to {company}", company=subject["title"])
    return say("Who {device} reports to", device=subject["title"])


def _head(values: Values, teller: Teller) -> Iterator[str]:
    span, total = values["range"], values["numbers"]["total"]
    kinds = {row["kind"]: row for row in values["numbers"]["kinds"]}
    kicker = teller.text(say("Telltale report"))
    yield f'<header><p class="kicker">{kicker}</p><h1>{teller.text(_title(values))}</h1>'
    when = say("{from_} to {to} ({zone}); made {made}.", from_=span["from"], to=span["to"], zone=values["zone"],
               made=values["made"])  # fmt: skip
    yield f'<p class="soft">{teller.text(when)}</p></header>\n'
    yield f'<section class="summary">{teller.paragraphs(values["summary"])}</section>\n'
    figures = [
        (total["lookups"], say("look-ups"), ""), (kinds["tracking"]["lookups"], say("of them tracking"), "tracking"),
        (kinds["tracking"]["blocked"], say("of the tracking blocked"), ""),
        (kinds["tracking"]["answered"], say("of the tracking answered"), "tracking"),
    ]  # fmt: skip
    yield '<div class="figures">' + "".join(
        f'<div><b class="{kind}">{number:,}</b>{teller.text(words)}</div>' for number, words, kind in figures
    ) + "</div>\n"
    counted = teller.text(say("Counted by"))
    if teller.refers:
        yield f'<p class="ref">{counted} <a href="#sql-total">total</a>, <a href="#sql-kinds">kinds</a></p>\n'


def _end(values: Values, teller: Teller, tables: Tables) -> Iterator[str]:
    yield teller.heading(say("What this report cannot show")) + teller.bullets(values["limits"])
    yield tables.gaps()
    yield teller.heading(say("How it was made")) + teller.bullets(values["method"])
    yield teller.heading(say("How to check it")) + teller.bullets(values["proof"])
    yield tables.chain()
    yield _appendix(values, teller)
    made_by = say("Made by Telltale {version}; facts {facts}.", version=values["version"],
                  facts=values["facts_version"])  # fmt: skip
    yield f"<footer>{teller.text(made_by)}</footer>\n"


def _appendix(values: Values, teller: Teller) -> str:
    sql = values["sql"]
    text: str = teller.heading(say("Appendix: the statements that count"))
    text += teller.paragraphs([say(
        "These statements gave the numbers when the rows were in the query log. It has let rows of that time go, so "
        "that they cannot be run again."
    ) if values.get("kept") else say(
        "Each number above is a count over the query log, querylog.db, by one of these statements. Run with sqlite3 in "
        "a folder with a copy of querylog.db and this report as report.json, the preparation first, they give the same "
        "numbers."
    )])  # fmt: skip
    if sql["preparation"]:
        text += teller.heading(say("Preparation"), level=3)
        text += f"<pre>{escape(sql['preparation'])}</pre>\n"
    for statement in sql["statements"]:
        key = escape(statement["key"])
        text += f'<h3 id="sql-{key}">{teller.text(statement["title"])} <small>{key}</small></h3>'
        text += f"<pre>{escape(statement['sql'])}</pre>\n"
    return text

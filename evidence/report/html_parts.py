# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces of a report's HTML. Whatever comes in is text: escaped, and with nothing in it that hides or turns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from evidence.report import report_words
from store.base.sentences import figure, say
from store.names.visible_text import visible


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Teller:
    """Says sentences in the reader's language, as HTML."""

    tell: Callable[[str], str]
    refers: bool = True  # to the statements, where each table has one

    def text(self, text: str) -> Markup:
        """A sentence, or text from the network."""
        return text if isinstance(text, Markup) else Markup(escape(visible(self.tell(text))))

    def paragraphs(self, texts: Iterable[str]) -> Markup:
        return Markup("".join(f"<p>{self.text(text)}</p>\n" for text in texts))

    def bullets(self, texts: Iterable[str]) -> Markup:
        return Markup("<ul>" + "".join(f"<li>{self.text(text)}</li>\n" for text in texts) + "</ul>\n")

    def heading(self, title: str, statement: str = "", level: int = 2) -> Markup:
        """With a reference to the statement that counts what stands below it."""
        words = self.text(say("SQL: {name}", name=statement))
        reference = f' <a class="ref" href="#sql-{statement}">{words}</a>' if statement and self.refers else ""
        return Markup(f"<h{level}>{self.text(title)}{reference}</h{level}>\n")

    def table(self, head: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]]) -> Markup:
        """`head`: a title and a class each: "n" a number, "name" one that may be long, "wide" left out on a phone."""
        titles = "".join(f'<th scope="col" class="{kind}">{self.text(title)}</th>' for title, kind in head)
        lines = [
            "<tr>" + "".join(f'<td class="{kind}">{self.cell(value)}</td>'
                             for value, (_, kind) in zip(row, head, strict=True)) + "</tr>\n"
            for row in rows
        ]  # fmt: skip
        return Markup(f"<table><thead><tr>{titles}</tr></thead><tbody>\n{''.join(lines)}</tbody></table>\n")

    def cell(self, value: object) -> Markup:
        if value is None:
            return Markup("–")
        if isinstance(value, int):
            return self.text(figure(value))
        return self.text(value if isinstance(value, str) else str(value))

    def name(self, name: str, *about: str) -> Markup:
        """A name, and below it what is known of it."""
        below = " · ".join(self.text(each) for each in about if each)
        shown = Markup(f"<code><bdi>{self.text(name) or '.'}</bdi></code>")
        return Markup(f"{shown}<br><small>{below}</small>" if below else shown)

    def kind(self, kind: str) -> Markup:
        return Markup(f'<span class="{escape(kind)}">{self.text(report_words.KINDS[kind])}</span>')

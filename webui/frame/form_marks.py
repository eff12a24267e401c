# SPDX-License-Identifier: GPL-3.0-or-later
"""A page's HTML as its tags and where they stand, and changes to a few of them; all else stays as it was. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: where it begins and ends in the text, and what it says. `closes`: it is `</name>`."""

    name: str
    begin: int
    end: int
    attributes: Mapping[str, str | None]
    closes: bool = False

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""


class Redrawn:
    """A page on its way to be another: what changes is noted, and `text()` is the page with it."""

    def __init__(self, html: str) -> None:
        self.tags: Sequence[Tag] = _tags(html)
        self._html = html
        self._attributes = dict[int, dict[str, str | None]]()  # by where a tag begins
        self._texts = list[tuple[int, int, str]]()

    def give(self, tag: Tag, name: str, value: str | None = None) -> None:
        """The attribute is `value`; bare for None."""
        self._attributes.setdefault(tag.begin, dict(tag.attributes))[name] = value

    def take(self, tag: Tag, name: str) -> None:
        if name in self._attributes.get(tag.begin, tag.attributes):
            self._attributes.setdefault(tag.begin, dict(tag.attributes)).pop(name)

    def put(self, begin: int, text: str, end: int | None = None) -> None:
        """Markup at a place; up to `end`, instead of what stands there."""
        self._texts.append((begin, begin if end is None else end, text))

    def text(self) -> str:
        by_place = {tag.begin: tag for tag in self.tags}
        heads = [(begin, by_place[begin].end, _written(by_place[begin].name, attributes))
                 for begin, attributes in self._attributes.items()]  # fmt: skip
        parts, at = list[str](), 0
        for begin, end, text in sorted([*heads, *self._texts], key=lambda change: change[:2]):
            parts += [self._html[at:begin], text]
            at = end
        return "".join([*parts, self._html[at:]])


def _written(name: str, attributes: Mapping[str, str | None]) -> str:
    words = [key if value is None else f'{key}="{escape(value)}"' for key, value in attributes.items()]
    return f"<{' '.join([name, *words])}>"


def _tags(html: str) -> list[Tag]:
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader.tags


class _Reader(HTMLParser):
    """Comments, text and what a script says are no tags."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.tags: list[Tag] = []
        self._html = html
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        begin = self._offset()
        self.tags.append(Tag(tag, begin, begin + len(self.get_starttag_text() or ""), dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        begin = self._offset()
        self.tags.append(Tag(tag, begin, self._html.find(">", begin) + 1, {}, closes=True))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

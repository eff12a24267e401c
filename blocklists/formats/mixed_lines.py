# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of one format with lines of others between: what its own reader cannot read is read as what it clearly is."""

import re

from blocklists.formats import line_formats, list_names
from blocklists.formats.line_formats import Reader
from blocklists.formats.list_names import Item
from blocklists.rules import reasons
from blocklists.rules.list_options import USUAL, Options
from store.config.choices import ListFormat

_NAME = r"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63}\.?"
_LINE_END = r"\s*(?:#.*)?$"
# What is clearly of a format, in any list.
_ADBLOCK = re.compile(
    rf"(?:@@)?\|{{1,2}}[^\s|/]+(?:[\^|$]|$)|(?:@@)?(?:\*\.)?{_NAME}(?:\^\|?|\|)(?:\$\S+)?{_LINE_END}"
).match
_SIGNS = (
    (ListFormat.ADBLOCK, _ADBLOCK),
    (ListFormat.DNSMASQ, re.compile(r"(?:--)?(?:local|server|address)\s*=\s*/[^/]+/").match),
    (ListFormat.UNBOUND, re.compile(r"local-(?:zone|data):\s").match),
    (ListFormat.RPZ, re.compile(rf"(?:\*\.)?{_NAME}\s+(?:\d+\s+)?(?:in\s+)?cname\s+\S+\s*(?:;.*)?$").match),
)
# And what is so only where the list's own format has nothing like it.
_REGEX = (
    ListFormat.REGEX,
    re.compile(r"(?:(?:\^|\(\^\||.*\\[.dws])\S*|/\S*[\\^$()\[\]{}+?|]\S*/)(?:\s+#.*)?$").match,
)
_PLAIN = (
    (ListFormat.WILDCARD, re.compile(rf"\*?\.{_NAME}{_LINE_END}").match),
    (ListFormat.DOMAINS, re.compile(rf"{_NAME}{_LINE_END}").match),
)
_OTHERS = {
    **dict.fromkeys((ListFormat.HOSTS, ListFormat.DOMAINS, ListFormat.WILDCARD), (*_SIGNS, _REGEX)),
    ListFormat.ADBLOCK: _SIGNS[1:],
    ListFormat.REGEX: _SIGNS,
    **dict.fromkeys((ListFormat.DNSMASQ, ListFormat.UNBOUND, ListFormat.RPZ, ListFormat.ADDRESSES), (*_SIGNS, *_PLAIN)),
}
# What a reader says of a line that is not of its format.
_UNREAD = frozenset({list_names.NOT_A_NAME, reasons.PATTERN, reasons.URL_PATH, reasons.STATEMENT, reasons.OPTION,
                     reasons.ZONE_RECORD, reasons.UNMATCHED, reasons.REGEX_UNHELD})  # fmt: skip


class MixedReader:
    """Reads the lines of one list; `foreign` counts the rules of lines that are of another format."""

    def __init__(self, format: str, options: Options = USUAL) -> None:  # noqa: A002 - the vocabulary's word
        self._format, self._options = format, options
        self._read = line_formats.reader(format, options)
        self._readers: dict[str, Reader] = {}
        self.foreign = 0

    def __call__(self, line: str) -> tuple[Item, ...]:
        """Read one line, stripped."""
        # As an expression `||x^` would be found in every name.
        items = self._read(line) if self._format != ListFormat.REGEX or not _ADBLOCK(line.lower()) else _FOREIGN
        if not items or items[0][0] is not None or items[0][1] not in _UNREAD:
            return items
        foreign = self._elsewhere(line)
        return foreign if any(kind is not None for kind, _ in foreign) else items

    def _elsewhere(self, line: str) -> tuple[Item, ...]:
        """Read a line as what it clearly is; nothing where it is clearly nothing."""
        low = line.lower()
        if self._format not in (ListFormat.ADBLOCK, ListFormat.HOSTS) and list_names.sinkhole(low.split(None, 1)[0]):
            format_: str | None = ListFormat.HOSTS
        else:
            format_ = next((format_ for format_, sign in _OTHERS[ListFormat(self._format)] if sign(low)), None)
        if format_ is None:
            return ()
        if format_ not in self._readers:
            self._readers[format_] = line_formats.reader(format_, self._options)
        items = self._readers[format_](line)
        self.foreign += sum(kind is not None for kind, _ in items)
        return items


_FOREIGN: tuple[Item, ...] = ((None, reasons.PATTERN),)

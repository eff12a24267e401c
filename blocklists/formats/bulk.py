# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of lines in the usual form of their format → all their names at once. Pure.

Nearly every line of a large list has one form, and reading line by line is most of the time that compiling takes. What
is taken here gives just what the reader of the format gives for each line (tests hold the two together); any other line
is left to that reader. Each form can be read in one way only, so the expressions take time linear to the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from blocklists.formats.list_names import LOCAL_NAMES, MAX_NAME
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind
from store.config.choices import ListFormat

# Some rules of one kind, in the order of the file.
Run = tuple[Kind, Sequence[str]]

# Lines of one run: the expression keeps some hundred bytes for each until the run is over.
MAX_RUN = 1000

_LABEL = r"[a-z0-9_-]{1,63}"
_LOCAL = "|".join(re.escape(name) for name in sorted(LOCAL_NAMES) if "." in name)
# A name that is neither a machine's own nor an address: no digit is at its end.
_NAME = rf"(?!(?:{_LOCAL})(?![a-z0-9_-]))(?:{_LABEL}\.)+[a-z0-9_-]{{0,62}}[a-z_-]"
_SINKHOLE = r"(?:0(?:\.0\.0\.0)?|127\.0\.0\.1|::1?)"
_SPACE, _END = r"[ \t]{1,9}", r"[ \t\r]{0,9}\n"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of lines: each gives one rule of `kind`; `names` takes the names out of a run of such lines.

    `below`: the kind of those names that begin with `*.` instead. `until`: what has to follow on a run.
    """

    kind: Kind
    line: str
    names: Callable[[str], list[str]]
    below: Kind | None = None
    until: str = ""

    def runs(self, names: list[str]) -> Iterable[Run]:
        """Return the names as rules, in their order."""
        below = self.below
        if below is None or not any(name.startswith("*") for name in names):
            return ((self.kind, names),)
        # A zone has most names twice, so that each of its rules is a run of its own.
        return ((below, (name[2:],)) if name.startswith("*") else (self.kind, (name,)) for name in names)


_PLAIN = (
    Form(Kind.BLOCK_EXACT, _NAME, str.split),
    Form(Kind.BLOCK_EXACT, _SINKHOLE + _SPACE + _NAME, lambda run: run.split()[1::2]),
    Form(Kind.BLOCK_SUFFIX, r"\*\." + _NAME, lambda run: run.replace("*.", "").split()),
    Form(Kind.BLOCK_SUFFIX, r"\." + _NAME, lambda run: [name[1:] for name in run.split()]),
)
_DNSMASQ = rf"(?:(?:local|server|address)=/{_NAME}/|address=/{_NAME}/{_SINKHOLE})"
_UNBOUND = rf'local-zone: "{_NAME}\.?" (?:always_null|always_nxdomain|static|redirect)'
_ADBLOCK = rf"\|\|{_NAME}\^\|?"
_OWNER = rf"(?!\S{{0,{MAX_NAME}}}\.rpz-)(?:\*\.)?{_NAME}"
_CNAME = rf"{_SPACE}(?:CNAME|cname){_SPACE}\."


def _rpz(middle: str, fields: int) -> Form:
    """The last line of a run is left to the reader, which remembers its owner."""
    line = _OWNER + middle + _CNAME
    return Form(Kind.BLOCK_EXACT, line, lambda run: run.split()[::fields], Kind.BLOCK_BELOW, f"(?={line}{_END})")


FORMS: dict[str, tuple[Form, ...]] = {
    ListFormat.HOSTS: _PLAIN,
    ListFormat.DOMAINS: _PLAIN,
    ListFormat.WILDCARD: _PLAIN,
    ListFormat.DNSMASQ: (Form(Kind.BLOCK_SUFFIX, _DNSMASQ, lambda run: run.split("/")[1::2]),),
    ListFormat.UNBOUND: (Form(Kind.BLOCK_SUFFIX, _UNBOUND, lambda run: run.replace('."', '"').split('"')[1::2]),),
    ListFormat.RPZ: (_rpz("", 3), _rpz(rf"{_SPACE}[Ii][Nn]", 4)),
    ListFormat.ADBLOCK: (
        Form(Kind.BLOCK_SUFFIX, _ADBLOCK, lambda run: run.replace("|", " ").replace("^", " ").split()),
    ),
}


class Runs:
    """Cuts the text of a list into runs of usual lines, and the other lines."""

    def __init__(self, format: str, options: Options = USUAL) -> None:  # noqa: A002 - the vocabulary's word
        """Know the forms of `format`; none where options say that its lines mean something else."""
        self._forms = FORMS.get(format, ()) if options == USUAL else ()
        runs = (rf"((?:{form.line}{_END}){{1,{MAX_RUN}}}){form.until}" for form in self._forms)
        self._run = re.compile("|".join(runs) or r"(?!)").match

    def cut(self, block: str) -> Iterator[Run | str]:
        """Yield what `block`, whole lines of text, holds in its order: runs, and lines to be read one by one."""
        odd = at = 0
        while self._forms and at < len(block):
            match = self._run(block, at)
            if not match:
                at = block.find("\n", at) + 1 or len(block)
                continue
            form = self._forms[(match.lastindex or 0) - 1]
            names = form.names(match[0])
            if max(map(len, names)) <= MAX_NAME:  # else each of its lines needs a closer look
                if odd < at:
                    yield block[odd:at]
                yield from form.runs(names)
                odd = match.end()
            at = match.end()
        if odd < len(block):
            yield block[odd:]

# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of lines in the usual form of their format → all their names at once. Pure.

Nearly every line of a large list has one form, and reading line by line is most of the time that compiling takes. What
is taken here gives just what the reader of the format gives for each line (tests hold the two together); any other line
is left to that reader. Each form can be read in one way only, so the expressions take time linear to the text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from blocklists.names import LOCAL_NAMES, MAX_NAME
from blocklists.options import USUAL, Options
from blocklists.rule import Kind

# Some rules of one kind, in the order of the file.
Run = tuple[Kind, Sequence[str]]

# Lines of one run: the expression keeps some hundred bytes for each until the run is over.
MAX_RUN = 1000

_LABEL = r"[a-z0-9_-]{1,63}"
# Names that can be no address, since no digit is at their end.
_NAME = rf"(?:{_LABEL}\.)+[a-z0-9_-]{{0,62}}[a-z_-]"
_SINKHOLE = r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)"
_SPACE, _END = r"[ \t]{1,9}", r"[ \t\r]{0,9}\n"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of lines: each gives one rule of `kind`; `names` takes the names out of a run of such lines."""

    kind: Kind
    line: str
    names: Callable[[str], list[str]]


_PLAIN = (
    Form(Kind.BLOCK_EXACT, _NAME, str.split),
    Form(Kind.BLOCK_EXACT, _SINKHOLE + _SPACE + _NAME, lambda run: run.split()[1::2]),
    Form(Kind.BLOCK_SUFFIX, r"\*\." + _NAME, lambda run: run.replace("*.", "").split()),
    Form(Kind.BLOCK_SUFFIX, r"\." + _NAME, lambda run: [name[1:] for name in run.split()]),
)
_DNSMASQ = rf"(?:(?:local|server|address)=/{_NAME}/|address=/{_NAME}/{_SINKHOLE})"
_UNBOUND = rf'local-zone: "{_NAME}\.?" (?:always_null|always_nxdomain|static|redirect)'
FORMS: dict[str, tuple[Form, ...]] = {
    "hosts": _PLAIN,
    "domains": _PLAIN,
    "wildcard": _PLAIN,
    "dnsmasq": (Form(Kind.BLOCK_SUFFIX, _DNSMASQ, lambda run: run.split("/")[1::2]),),
    "unbound": (Form(Kind.BLOCK_SUFFIX, _UNBOUND, lambda run: run.replace('."', '"').split('"')[1::2]),),
    "adblock": (
        Form(Kind.BLOCK_SUFFIX, rf"\|\|{_NAME}\^\|?", lambda run: run.replace("|", " ").replace("^", " ").split()),
    ),
}


class Runs:
    """Cuts the text of a list into runs of usual lines, and the other lines."""

    def __init__(self, format: str, options: Options = USUAL) -> None:  # noqa: A002 - the vocabulary's word
        """Know the forms of `format`; none where options say that its lines mean something else."""
        self._forms = FORMS.get(format, ()) if options == USUAL else ()
        runs = (rf"((?:{form.line}{_END}){{1,{MAX_RUN}}})" for form in self._forms)
        self._run = re.compile("|".join(runs) or r"(?!)").match

    def cut(self, block: str) -> Iterator[Run | str]:
        """Yield what `block`, whole lines of text, holds in its order: runs, and lines to be read one by one."""
        at, end = 0, len(block)
        while at < end:
            found = self._run(block, at)
            until = found.end() if found else block.find("\n", at) + 1
            text = block[at:until]
            yield (found and self._taken(self._forms[(found.lastindex or 0) - 1], text)) or text
            at = until

    @staticmethod
    def _taken(form: Form, text: str) -> Run | None:
        """The run; None where one of its names needs a closer look."""
        names = form.names(text)
        doubtful = max(map(len, names)) > MAX_NAME or not LOCAL_NAMES.isdisjoint(names)
        return None if doubtful else (form.kind, names)

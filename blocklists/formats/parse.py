# SPDX-License-Identifier: GPL-3.0-or-later
"""Stream the text of a list → its rules, with a count of every line that gave none and why.

    for kind, name in (parsed := parse(pieces(path), None)): …
    parsed.lines, parsed.rules, parsed.skipped      # complete once the loop has ended

Memory is bounded whatever the file holds. A list that is no list is refused as a whole: the caller keeps the old copy.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from blocklists.formats import detect, line_formats, list_text
from blocklists.formats.bulk import Run, Runs
from blocklists.formats.list_names import NOT_A_NAME
from blocklists.formats.mixed_lines import MixedReader
from blocklists.formats.unpack import PIECE, Refused
from blocklists.rules import patterns, reasons
from blocklists.rules.complex_rule import ComplexRule, Network
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind
from store.base.sentences import mark, recall, say, together
from store.config.choices import ListFormat
from store.names.linear_patterns import steps

# Raised whenever the same text may give other rules than before: shards of an older parser are made anew.
PARSER_VERSION = 6
# No rule is longer; hosts files with many names a line stay far below.
MAX_LINE = 4096
LINE_TOO_LONG = mark("line too long")
NO_TEXT = mark("line with a zero byte")
# Four times the largest public union of lists; compiling this many takes some 150 MB for a moment.
MAX_RULES = 6_000_000
# Each is an object in every process that answers DNS: some 500 bytes, a pattern some kilobytes.
MAX_COMPLEX_RULES = 50_000
# A text in which so many lines for each rule are no names at all is prose or a table, with a rule by accident.
MAX_STRANGE_PER_RULE = 9


class Parsed:
    """The rules of one list, to be read once. `format` is known from the start; the counts grow while reading.

    `complex_rules` and `networks` are what is no plain name: complete once the loop over the others has ended.
    """

    def __init__(self, data: Iterable[bytes], format: str | None, options: Options) -> None:  # noqa: A002 - the vocabulary's word
        self._blocks, self._options = _blocks(data), options
        self._sample = next(self._blocks, "")
        self.declared = format
        self.format = format or detect.detect(self._sample.lower()) or ListFormat.DOMAINS
        self.lines = self.rules = self._steps = self._tried = 0
        self.skipped: Counter[str] = Counter()
        self.complex_rules: list[ComplexRule] = []
        self.networks: list[Network] = []

    def __iter__(self) -> Iterator[tuple[Kind, str]]:
        """Yield each rule in the order of the file; raise `Refused` at the end when it was no list after all."""
        for kind, names in self.runs():
            for name in names:
                yield kind, name

    def runs(self) -> Iterator[Run]:
        """Yield the same rules as lists of names that stand together and are of one kind."""
        cut = Runs(self.format, self._options).cut
        read = MixedReader(self.format, self._options)
        block: str | None = self._sample
        while block is not None:
            self.lines += block.count("\n")
            for run in cut(block):
                if isinstance(run, str):
                    yield from self._read(run, read)
                else:
                    self.rules += len(run[1])
                    yield run
            if self.rules > MAX_RULES:
                raise Refused(say("it holds more than {most:,} rules", most=MAX_RULES))
            block = next(self._blocks, None)
        strange = self.skipped[NOT_A_NAME] + self.skipped[NO_TEXT]
        # Of a format that was declared, at least one line must be.
        undeclared = self.declared and self.rules <= read.foreign
        if strange > MAX_STRANGE_PER_RULE * self.rules or not self.rules or undeclared:
            raise Refused(self._why())

    def _read(self, text: str, read: MixedReader) -> Iterator[Run]:
        """Read whole lines one by one."""
        for line in self._lines(text):
            for kind, name in read(line):
                if kind.__class__ is Kind:
                    self.rules += 1
                    yield kind, (name,)
                else:
                    self._keep(kind, name)

    def _keep(self, item: object, reason: str) -> None:
        """Keep what is no plain name, or count why it gives no rule."""
        if isinstance(item, Network):
            self.networks.append(item)
        elif isinstance(item, ComplexRule) and self._affordable(item):
            self.complex_rules.append(item)
        else:
            self.skipped[reason if item is None else reasons.TOO_MANY] += 1
            return
        self.rules += 1

    def _affordable(self, complex_rule: ComplexRule) -> bool:
        if complex_rule.scope == "pattern":
            pattern = complex_rule.subject
            self._steps += steps(pattern)
            self._tried += steps(pattern) + patterns.TRY_STEPS if patterns.always_tried(pattern) else 0
        within = self._steps <= patterns.MAX_ALL_STEPS and self._tried <= patterns.MAX_TRIED_STEPS
        return len(self.complex_rules) < MAX_COMPLEX_RULES and within

    def _lines(self, text: str) -> Iterator[str]:
        """Yield the lines of a text that are not empty, less those that are too long to be a rule."""
        for line in text.split("\n"):
            if len(line) > MAX_LINE:
                self.skipped[LINE_TOO_LONG] += 1
            elif "\0" in line:
                self.skipped[NO_TEXT] += 1
            elif stripped := line.removeprefix("\ufeff").strip():
                yield stripped

    def _why(self) -> str:
        if not self.lines:
            return say("it is empty")
        seen = detect.detect(self._sample.lower())
        if self.declared and seen and seen != self.declared:
            return say("it holds no rule in {format} format; it looks like {seen}", format=self.declared, seen=seen)
        if not self.skipped:
            return say("it holds no rule, only comments")
        most = self.skipped.most_common(3)
        reasons = together(*(say("{count} × {reason}", count=n, reason=recall(why)) for why, n in most), between=", ")
        if self.rules:
            return say("it holds hardly any rule that Telltale can use ({reasons})", reasons=reasons)
        return say("it holds no rule that Telltale can use ({reasons})", reasons=reasons)


def parse(
    data: Iterable[bytes] | bytes,
    format: str | None = None,  # noqa: A002
    options: Options = USUAL,
) -> Parsed:
    """Return the rules in `data`, the unpacked bytes of a list, read as `format` or as what it looks like.

    Raise `Refused` when this cannot be a list.
    """
    if format is not None and format not in line_formats.READERS:
        known = ", ".join(line_formats.READERS)
        raise Refused(say("there is no format '{format}'; Telltale reads {known}", format=format, known=known))
    return Parsed([data] if isinstance(data, bytes) else data, format, options)


def _blocks(data: Iterable[bytes]) -> Iterator[str]:
    """Yield whole lines of `data` as text, each block ending in a newline.

    The first block is large enough to tell the format by. Of too long a line just more than `MAX_LINE` is kept.
    """
    waiting, start = b"", True
    for piece in _cut(list_text.plain(data)):
        waiting += piece
        if start and len(waiting) < detect.SAMPLE_BYTES:
            continue
        start = start and _begin(waiting)
        block, newline, waiting = waiting.rpartition(b"\n")
        waiting = waiting[: MAX_LINE + 1]
        if newline:
            yield _text(block + newline)
    if start:
        _begin(waiting)
    if waiting:
        yield _text(waiting if waiting.endswith(b"\n") else waiting + b"\n")


def _cut(data: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in data:
        for at in range(0, len(chunk), PIECE):
            yield chunk[at : at + PIECE]


def _begin(sample: bytes) -> bool:
    """Look at the start of a text; always False, since it begins only once."""
    if list_text.binary(sample):
        raise Refused(say("it is binary, not text"))
    if detect.html(sample):
        raise Refused(say("it is a web page (perhaps a log-in or error page), not a list"))
    return False


def _text(block: bytes) -> str:
    return block.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")

# SPDX-License-Identifier: GPL-3.0-or-later
"""A list looked at before it is installed: what it holds, what is odd, and how much of it the home blocks already.

The text is fetched into a file that is handed in, and read from there; nothing else is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from blocklists.formats.mixed_lines import MixedReader
from blocklists.formats.parse import MAX_LINE, parse
from blocklists.formats.unpack import Refused, pieces
from blocklists.index.index import Index
from blocklists.index.shard import Shard
from blocklists.rules.list_options import USUAL
from blocklists.rules.rule import Kind, kind_text
from blocklists.update.assemble import guard_for
from blocklists.update.fetch import FetchFailed, Limits, fetch
from evidence.whatif.preview_values import Covering, ListPreview, OddLine
from evidence.whatif.replay import Progress
from evidence.whatif.whatif_change import BadChange
from resolver.answer import snapshot
from store.base.file_faults import open_file
from store.base.sentences import say, sentence_of

LIMITS = Limits(total=120.0)  # a person waits
MAX_TRIED = 20_000  # names that are looked up: of more, each so-manieth; the share is then right to a percent
MAX_ODD, MAX_SAMPLES, MAX_BY = 8, 12, 5  # that a page shows
MAX_LOOKED = 300_000  # lines that are read for odd ones
MAX_SHOWN = 200  # characters of a line
_ZIP = b"PK\x03\x04"


def preview(
    state: Path, environ: Mapping[str, str], path: Path, source: str, format_: str | None, *, allow: bool,
    progress: Progress = lambda share: None,
) -> ListPreview:  # fmt: skip
    """Look at the list in the file at `path`; `source`: where it is fetched from first, "" where it is there.

    Raises BadChange with a sentence where it cannot be had or is no list; StoreError, OSError.
    """
    progress(0.02)
    try:
        _have(path, source, environ)
        progress(0.3)
        shard = Shard.of_text(path, format_, 0, USUAL, guard_for(guarded=True, allow=allow))
    except FetchFailed as error:
        raise BadChange(say("It was not fetched: {why}.", why=sentence_of(error))) from None
    except Refused as error:
        raise BadChange(say("It cannot be taken: {why}.", why=sentence_of(error))) from None
    progress(0.6)
    now, facts = snapshot.build(state, environ), shard.facts
    odd, samples = _lines(path, facts.format)
    progress(0.7)
    tried, covered, by = _overlap(path, format_, facts.rules, now.index, now.index.mask(now.policies.default.lists))
    titles, guarded = now.titles, dict(facts.guarded)
    return ListPreview(
        facts.format, facts.bytes, facts.lines, facts.rules, facts.block_names + facts.allow_names, facts.allow_names,
        _ordered(facts.skipped), _ordered(facts.kinds), guarded, odd, samples, tried, covered,
        tuple(Covering(name, titles.get(name, name), count) for name, count in by.most_common(MAX_BY)),
    )  # fmt: skip


def _have(path: Path, source: str, environ: Mapping[str, str]) -> None:
    """Fetch the text into its file; of one that is there, see that it is no archive."""
    if source:
        proxy = environ.get("HTTPS_PROXY") if source.startswith("https:") else None
        with path.open("wb") as file:
            fetch(source, file, proxy=proxy, limits=LIMITS)
    with open_file(path) as file:
        if file.read(len(_ZIP)) == _ZIP:
            raise Refused(say("it is a zip archive; unpack it and give the text inside, or pack that with gzip"))


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _lines(path: Path, format_: str) -> tuple[tuple[OddLine, ...], tuple[str, ...]]:
    """Lines that give no rule and were meant to, and some of those that do, as they are read."""
    read, odd, samples = MixedReader(format_, USUAL), list[OddLine](), list[str]()
    for number, line in _texts(path):
        if number > MAX_LOOKED or (len(odd) >= MAX_ODD and len(samples) >= MAX_SAMPLES):
            break
        for item, name in read(line) if len(line) <= MAX_LINE else ():
            if item is None:
                if len(odd) < MAX_ODD:
                    odd.append(OddLine(number, line[:MAX_SHOWN], name))
            elif len(samples) < MAX_SAMPLES:
                text = kind_text(item, name) if isinstance(item, Kind) else item.text
                samples.append(text[:MAX_SHOWN])
    return tuple(odd), tuple(dict.fromkeys(samples))


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    number, rest = 0, b""
    for piece in pieces(path):
        *whole, rest = (rest + piece).split(b"\n")
        for raw in whole:
            number += 1
            yield number, raw.decode("utf-8", "replace").removeprefix("\ufeff").strip()
        rest = rest[: MAX_LINE + 1]
    yield number + 1, rest.decode("utf-8", "replace").strip()


def _overlap(
    path: Path, format_: str | None, rules: int, index: Index, mask: int
) -> tuple[int, int, Counter[str]]:  # fmt: skip
    """How many names were looked up, how many of them are blocked already, and by which list first."""
    step, tried, covered, by, seen = max(1, rules // MAX_TRIED), 0, 0, Counter[str](), 0
    for kind, names in parse(pieces(path), format_, USUAL).runs():
        first = -seen % step
        seen += len(names)
        for name in names[first::step] if not kind.allow else ():
            tried += 1
            match = index.match(name, mask)
            if match is not None and not match.allow:
                covered += 1
                by[index.slots[match.slot].blocklist_id] += 1
    return tried, covered, by

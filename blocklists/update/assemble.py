# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the index up to what is installed: the vendor packs, the wall's names, every list with a last good copy.

Nothing is compiled while the index says that it was made from these very inputs.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from blocklists.formats.parse import PARSER_VERSION
from blocklists.formats.unpack import Refused
from blocklists.history import rule_dates
from blocklists.index import compile as compiling
from blocklists.index import list_files
from blocklists.index.compile import Part
from blocklists.index.index import CorruptIndex, Index
from blocklists.index.index_file import VERSION
from blocklists.index.shard import Facts, Shard
from blocklists.packs import dns_services, vendor_packs
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind, kind_text
from blocklists.safety.essential import EssentialNames, usual
from store.config import wall_blocklists
from store.config.choices import PackLevel

_log = logging.getLogger(__name__)
_KIND = {"exact": Kind.BLOCK_EXACT, "suffix": Kind.BLOCK_SUFFIX}


@dataclass(frozen=True, slots=True)
class Listed:
    """A blocklist, not a pack, that the index should hold as soon as there is a copy of it."""

    id: str
    title: str
    format: str | None
    allow: bool
    options: Options = USUAL
    guard: bool = True


class Assembler:
    """Builds the index of one state directory. Holds the packs, so that they are read once a process.

    `home` guards the names of this home; `unguarded` are the packs that are taken whole. Of the last build, `left_out`
    tells what was kept out of each list, and `made` the facts of those lists that had to be parsed anew. `mark` is that
    of the index which was looked at, or published, last (`list_files.index_mark`).
    """

    def __init__(self, state: Path) -> None:
        self._state = state
        self.home = EssentialNames({}, {})
        self.unguarded: frozenset[str] = frozenset()
        self.left_out: dict[str, dict[str, str]] = {}
        self.made: dict[str, Facts] = {}
        self._packs = vendor_packs.load()
        self._packs_digest = hashlib.sha256((repr(self._packs) + dns_services.text()).encode()).hexdigest()
        self._made_from = ""
        self.mark: tuple[int, ...] | None = None

    def pending(self, lists: Iterable[Listed]) -> str | None:
        """Return what an index of these lists would be made from, or None when there is a sound one of just that."""
        wanted = self._inputs(self._with_copy(lists))
        mark = list_files.index_mark(self._state)
        if mark is not None and mark != self.mark:  # it is read once, as long as nobody touches it
            self._made_from, self.mark = _inputs_of(list_files.index_path(self._state)), mark
        return None if mark is not None and self._made_from == wanted else wanted

    def build(self, lists: Iterable[Listed], generation: int) -> Index:
        """Compile and publish the index of the packs and of `lists`; raise OSError."""
        copied = self._with_copy(lists)
        self.left_out.clear()
        self.made.clear()
        wanted, seed = self._inputs(copied), list_files.seed(self._state)
        parts = [*self._pack_parts(seed), *_wall_parts(seed), *self._list_parts(copied, seed)]
        compiled = compiling.compile_index(parts, seed, generation=generation, inputs=wanted)
        path = compiling.publish(compiled, self._state)
        self._made_from, self.mark = wanted, list_files.index_mark(self._state)
        return Index.open(path)

    def _with_copy(self, lists: Iterable[Listed]) -> list[Listed]:
        return [listed for listed in lists if list_files.text_path(self._state, listed.id).exists()]

    def _inputs(self, copied: Sequence[Listed]) -> str:
        """Return a digest of all the index is made from. Copies count by size and time: they are replaced whole."""
        guards = f"{usual().digest} {self.home.digest} {sorted(self.unguarded)}"
        made_by = f"{VERSION} {PARSER_VERSION} {self._packs_digest} {guards}"
        digest = hashlib.sha256(made_by.encode())
        for listed in copied:
            info = list_files.text_path(self._state, listed.id).stat()
            digest.update(f"{listed!r} {info.st_size} {info.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _pack_parts(self, seed: int) -> Iterable[Part]:
        for pack in self._packs:
            for level in PackLevel:
                rules = [(_KIND[name.scope], name.name) for name in pack.names if name.level == level]
                shard = self._pack_shard(pack.blocklist_id, rules, seed)
                yield Part(pack.blocklist_id, level, pack.title, False, shard)

    def _pack_shard(self, pack_id: str, rules: list[tuple[Kind, str]], seed: int) -> Shard:
        """One level of a pack without what the home needs, which `left_out` then tells."""
        left_out = self.left_out.setdefault(pack_id, {})
        if pack_id in self.unguarded:
            return Shard.of_rules(rules, seed)
        essential = {rule: why for rule in rules if (why := usual().of_rule(*rule))}
        kept = [rule for rule in rules if rule not in essential]
        shard, of_home = Shard.of_rules(kept, seed).without(self.home, seed)
        left_out.update({kind_text(*rule): why for rule, why in essential.items()}, **of_home)
        return shard

    def _list_parts(self, copied: Iterable[Listed], seed: int) -> Iterable[Part]:
        for listed in copied:
            shard = self._shard(listed, seed)
            if shard and guard_for(guarded=listed.guard, allow=listed.allow):
                shard, left_out = shard.without(self.home, seed)
                self.left_out[listed.id] = {**shard.facts.guarded, **left_out}
            if shard:
                yield Part(listed.id, None, listed.title, listed.allow, shard, listed.options)

    def _shard(self, listed: Listed, seed: int) -> Shard | None:
        """Return the list's shard, made anew where the stored one does not fit; None when it can no longer be read.

        A copy that the format set by hand does not fit is read as what it looks like: it was good before.
        """
        text, path = list_files.text_path(self._state, listed.id), list_files.shard_path(self._state, listed.id)
        guard = guard_for(guarded=listed.guard, allow=listed.allow)
        shard = Shard.open(path, text, listed.format, seed, listed.options, guard)
        if shard:
            return shard
        for format_ in dict.fromkeys((listed.format, None)):
            try:
                shard = Shard.of_text(text, format_, seed, listed.options, guard)
                self.made[listed.id] = shard.facts
                rule_dates.reread(list_files.since_path(self._state, listed.id), text, shard)
                shard.save(path)
                return shard
            except Refused as refused:
                _log.warning("%s: the copy was refused: %s", listed.title, refused)
        return None


def _wall_parts(seed: int) -> Iterable[Part]:
    """The names that the wall blocks, where its switches say so."""
    for list_id, title in wall_blocklists.TITLES.items():
        yield Part(list_id, None, title, False, Shard.of_rules(dns_services.rules(list_id), seed))


def guard_for(*, guarded: bool, allow: bool) -> EssentialNames | None:
    """The guard for one list: none for one that allows, nor where a person took its rules anyway."""
    return usual() if guarded and not allow else None


def _inputs_of(path: Path) -> str:
    try:
        return Index.open(path).inputs
    except CorruptIndex as error:
        if path.exists():
            _log.warning("%s", error)
        return ""

# SPDX-License-Identifier: GPL-3.0-or-later
"""An index with lists that the home has not fetched, compiled beside the one that answers, and thrown away."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from blocklists.formats.unpack import Refused
from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.packs import services_beside
from blocklists.rules.list_options import read
from blocklists.safety import essential
from blocklists.update.assemble import Assembler, Listed
from blocklists.update.fetch import FetchFailed, Limits, fetch
from evidence.whatif.whatif_change import BadChange
from store.base import db
from store.base.sentences import say, sentence_of
from store.config import list_status, usable_settings
from store.config.choices import SHIPPED, ListKind
from store.config.list_status import Installed

LIMITS = Limits(total=120.0)  # a person waits


def missing(folder: Path, touched: set[str], index: Index) -> list[Installed]:
    """The lists that the copy in `folder` has on, and of which the index knows nothing, among those touched."""
    there = {slot.blocklist_id for slot in index.slots}
    with closing(db.connect(folder / "config.db", read_only=True)) as con:
        rows = list_status.installed(con)
    return [row for row in rows if row.id in touched - there and row.on and row.kind not in SHIPPED]


def compile_with(state: Path, folder: Path, wanted: Sequence[Installed], environ: Mapping[str, str]) -> Index:
    """Fetch these lists and compile them with all that are installed. `folder` has the changed config.db.

    Raises BadChange where one cannot be had, or read; OSError.
    """
    (folder / "lists").mkdir(mode=0o700)
    (folder / "index").mkdir(mode=0o700)
    for path in (*(state / "lists").glob("*.txt"), *(state / "lists").glob("*.shard")):
        (folder / "lists" / path.name).symlink_to(path.resolve())
    with contextlib.suppress(FileNotFoundError):  # where nothing was compiled yet there is no seed, and none is needed
        shutil.copyfile(state / "index" / "seed", folder / "index" / "seed")
    for row in wanted:
        _fetch(folder, row, environ)
    with closing(db.connect(folder / "config.db", read_only=True)) as con:
        rows = list_status.installed(con)
    assembler = Assembler(folder)
    assembler.home = essential.of_home(usable_settings.load(state, environ).upstreams, [row.source for row in rows])
    assembler.unguarded = frozenset(row.id for row in rows if row.kind == ListKind.PACK and not row.guard)
    listed = [
        Listed(row.id, row.title, row.format, row.allow, read(row.options), row.guard)
        for row in rows if row.kind not in SHIPPED
    ]  # fmt: skip
    index = assembler.build(listed, 0)
    for row in wanted:
        if not any(slot.blocklist_id == row.id for slot in index.slots):
            raise BadChange(say("{title} is no blocklist that Telltale reads.", title=row.title))
    return Index.open(list_files.index_path(folder), services_beside.load())


def _fetch(folder: Path, row: Installed, environ: Mapping[str, str]) -> None:
    proxy = environ.get("HTTPS_PROXY") if row.source.startswith("https:") else None
    try:
        with list_files.text_path(folder, row.id).open("wb") as file:
            fetch(row.source, file, proxy=proxy, limits=LIMITS)
    except (FetchFailed, Refused) as error:
        why = sentence_of(error)
        raise BadChange(say("{title} was not fetched: {why}.", title=row.title, why=why)) from None

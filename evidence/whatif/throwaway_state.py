# SPDX-License-Identifier: GPL-3.0-or-later
"""What a question works on: config.db twice, in a folder that is thrown away, and today's snapshot.

A state directory that no start has made ready, such as one into which a history was imported and nothing else, is
asked about as a first start would leave it: all that ships is there, and the packs are on at *safe*.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.packs import seed_lists
from evidence.whatif import policy_copy, throwaway_index
from evidence.whatif.policy_copy import AFTER, BEFORE
from resolver.answer import snapshot
from resolver.answer.snapshot import Snapshot
from store.base import db
from store.config import edit, lists


@contextmanager
def copied(state: Path, environ: Mapping[str, str], scratch: Path | None) -> Iterator[tuple[Path, Snapshot]]:
    """A folder with the copies BEFORE and AFTER, alike as yet, and what holds today; gone at the end.

    `scratch`: where the folder is made; None: among temporary files. Nothing is written into the state directory.
    Raises StoreError, OSError, sqlite3.Error.
    """
    with tempfile.TemporaryDirectory(prefix="whatif-", dir=scratch) as temporary:
        folder = Path(temporary)
        policy_copy.copy(state, folder / BEFORE)
        _make_ready(folder / BEFORE)
        policy_copy.copy(folder / BEFORE, folder / AFTER)
        yield folder, snapshot.build(state, environ, index=_index(state, folder / BEFORE, environ))


def _make_ready(folder: Path) -> None:
    with closing(db.connect(folder / "config.db", read_only=True)) as con:
        ready = con.execute("SELECT 1 FROM blocklist LIMIT 1").fetchone() is not None
    if not ready:
        lists.sync_blocklists(edit.engine(folder), seed_lists.seeds())


def _index(state: Path, folder: Path, environ: Mapping[str, str]) -> Index | None:
    """The index of what ships, where none was ever compiled; None: the state directory has its own."""
    path = list_files.index_path(state)
    if path.exists() or path.with_name("previous.idx").exists():
        return None
    return throwaway_index.compile_with(state, folder, (), environ)

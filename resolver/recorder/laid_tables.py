# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of names, made ready for the recorder to read: by a fork, which takes the ten MiB of that with it."""

from contextlib import suppress
from pathlib import Path

from blocklists.update import forked_job
from blocklists.whose import kept_tables


def make(state: Path) -> None:
    """Before the recorder asks for them; where nobody can be forked, or nothing written, it lays them for itself."""
    if not kept_tables.is_kept(state):
        with suppress(OSError, forked_job.Failed):
            forked_job.run(lambda: {"names": len(kept_tables.load(state).suffixes)})

# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables are laid by a process that ends; where that cannot be, nothing is, and nobody falls over it."""

from pathlib import Path

import pytest

from blocklists.update import forked_job
from blocklists.whose import kept_tables
from resolver.recorder import laid_tables


@pytest.mark.process
def test_they_are_there_then_and_not_laid_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_tables.make(tmp_path)
    assert kept_tables.is_kept(tmp_path)
    monkeypatch.setattr(forked_job, "run", None)
    laid_tables.make(tmp_path)


def test_who_cannot_fork_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError("no memory")

    monkeypatch.setattr(forked_job, "run", refuse)
    laid_tables.make(tmp_path)
    assert not kept_tables.is_kept(tmp_path)

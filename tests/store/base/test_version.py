# SPDX-License-Identifier: GPL-3.0-or-later
import sys
from importlib import metadata
from pathlib import Path

import pytest

from store.base import version


def test_it_is_the_installed_version() -> None:
    version.version.cache_clear()
    assert version.version() == metadata.version("telltale")


def test_bare_files_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version.version.cache_clear()
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "no such folder")])
    assert version.version() == "0"
    version.version.cache_clear()

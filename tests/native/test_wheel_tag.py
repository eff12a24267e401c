# SPDX-License-Identifier: GPL-3.0-or-later
"""A wheel with compiled code is for such machines alone; one without is for all; old compiled code goes into none."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from source_files import HOUSE

from native.manifest import NAME, Manifest, hash_of, render


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """scripts/wheel_tag.py, of a house with one hot file."""
    spec = importlib.util.spec_from_file_location("wheel_tag", HOUSE / "scripts/wheel_tag.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HOUSE", tmp_path)
    monkeypatch.setattr(module, "BUILT", tmp_path / "native" / "built" / "some-machine")
    (tmp_path / "hot.py").write_text("x = 1\n")
    return module


def compile_it(hook: Any) -> None:
    hook.BUILT.mkdir(parents=True)
    manifest = Manifest({"hot.py": hash_of(hook.HOUSE / "hot.py")}, modules={"hot": "3/hot.so"})
    (hook.BUILT / NAME).write_text(render(manifest))


def wheel(hook: Any, version: str = "standard") -> dict[str, Any]:
    build_data: dict[str, Any] = {"artifacts": [], "pure_python": True, "infer_tag": False}
    config: dict[str, Any] = {}
    hook.CompiledCode(str(hook.HOUSE), config, None, None, str(hook.HOUSE), "wheel").initialize(version, build_data)
    return build_data


def test_without_compiled_code_it_is_for_all(hook: ModuleType) -> None:
    assert wheel(hook) == {"artifacts": [], "pure_python": True, "infer_tag": False}


def test_with_it_it_is_for_this_kind_of_machine(hook: ModuleType) -> None:
    compile_it(hook)
    artifacts = [f"/native/built/some-machine/{NAME}", "/native/built/some-machine/3/"]
    assert wheel(hook) == {"artifacts": artifacts, "pure_python": False, "infer_tag": True}
    assert wheel(hook, "editable")["pure_python"], "an editable installation finds it where it is"


def test_with_old_compiled_code_there_is_none(hook: Any) -> None:
    compile_it(hook)
    (hook.HOUSE / "hot.py").write_text("x = 2\n")
    with pytest.raises(SystemExit, match=r"hot\.py has changed"):
        wheel(hook)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts what `make compiled` made for this interpreter into the wheel, which is then one for such machines alone.

hatchling runs this (pyproject.toml). Without compiled code the wheel is for all machines, as ever.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE))

from native.finder import BUILT  # noqa: E402
from native.manifest import NAME, load  # noqa: E402
from native.publish import folders_of  # noqa: E402


class CompiledCode(BuildHookInterface[Any]):
    """The hook; hatchling finds it by its base class."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "editable" for an installation of the checkout, which finds all of it in its place."""
        manifest = load(BUILT)
        if version == "editable" or manifest is None:
            return
        if changed := manifest.changed(HOUSE):
            sys.exit(f"{changed[0]} has changed since it was compiled: call `make compiled`, or delete {BUILT}.")
        below = BUILT.relative_to(HOUSE).as_posix()
        build_data["artifacts"] += [f"/{below}/{NAME}", *(f"/{below}/{folder}/" for folder in folders_of(manifest))]
        build_data["pure_python"], build_data["infer_tag"] = False, True

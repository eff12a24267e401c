# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules whose names come from elsewhere, imported when the first of them is used: `orm.select`, `tables.Account`.

    __getattr__ = on_demand.names({"select": "sqlmodel"})      in the module that gives them (PEP 562)

For what takes tens of MiB and is needed by edits alone. Whoever uses such a module takes names from it where they are
needed, `orm.select(…)`; `from … import select` at the top of a file would import all of it there and then.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def names(origins: Mapping[str, str]) -> Callable[[str], Any]:
    """What gives each of these names out of the module that it comes from. Raises AttributeError for others."""

    def get(name: str) -> Any:
        if name not in origins:
            raise AttributeError(f"there is no {name} here")
        return getattr(importlib.import_module(origins[name]), name)

    return get


def names_of(*modules: str) -> Callable[[str], Any]:
    """What gives every public name of these modules."""

    def get(name: str) -> Any:
        if not name.startswith("_"):
            for module in map(importlib.import_module, modules):
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(f"there is no {name} here")

    return get

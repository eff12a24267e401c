# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages' process, `python -m webui.lean_start --state DIR --run DIR --fd FD`: `webui.app` with lean libraries.

What our libraries import at their top and these pages never call is left out, and what they build at once is built
when it is used: a tenth of what the process holds, and a quarter of the processor time until Home stands
(docs/decisions.md). The lock file says which versions of the libraries these are; of one that needs more after all, all
is imported.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

# What uvicorn imports for a configuration of logs by file and for apps of another kind, by the names that it takes.
UNUSED: Mapping[str, tuple[str, ...]] = {
    "logging.config": (),
    "configparser": ("RawConfigParser",),
    "uvicorn.middleware.wsgi": ("WSGIMiddleware",),
}


def main(words: Sequence[str] | None = None) -> int:
    """As that of `webui.app`."""
    import_lean()
    exit_code: int = importlib.import_module("webui.app").main(words)
    return exit_code


def import_lean() -> None:
    """uvicorn, pydantic and FastAPI without what is never called here; one that is imported already stays as it is."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it reads what every installed package offers
    sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]  # FastAPI asks whether a model is of it: none
    _import_uvicorn()
    _import_fastapi()


def _import_uvicorn() -> None:
    """The package's own first file imports its command line, and that click and multiprocessing: it is not run."""
    spec = None if "uvicorn" in sys.modules else find_spec("uvicorn")
    if spec is None:
        return
    bare = ModuleSpec(spec.name, None, origin=spec.origin, is_package=True)
    bare.submodule_search_locations = spec.submodule_search_locations
    package = sys.modules[spec.name] = module_from_spec(bare)
    try:
        with _without(UNUSED):
            for name in ("Config", "Server"):
                setattr(package, name, getattr(importlib.import_module(f"uvicorn.{name.lower()}"), name))
    except (ImportError, AttributeError):  # of a version that was not tried
        for name in [name for name in sys.modules if name.partition(".")[0] == "uvicorn"]:
            del sys.modules[name]


@contextmanager
def _without(unused: Mapping[str, tuple[str, ...]]) -> Iterator[None]:
    """Meanwhile these are empty; whoever imports one later gets it whole."""
    planted = [name for name in unused if name not in sys.modules]
    for name in planted:
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(dict.fromkeys(unused[name]))
    try:
        yield
    finally:
        for name in planted:
            del sys.modules[name]


def _import_fastapi() -> None:
    """Its models of an API's description are built once one is used, which is for `/api/docs` alone. Ours at once."""
    if "fastapi" in sys.modules:
        return
    model: Any = importlib.import_module("pydantic").BaseModel
    rebuild = model.__dict__["model_rebuild"]

    def later(cls: type[object], /, **how: Any) -> bool | None:
        """FastAPI asks for it at the import, and says nothing else; pydantic itself, once it is due, says how."""
        built: bool | None = rebuild.__func__(cls, **how) if how else None
        return built

    model.model_config["defer_build"] = True
    model.model_rebuild = classmethod(later)
    try:
        importlib.import_module("fastapi")
    finally:
        model.model_rebuild = rebuild
        del model.model_config["defer_build"]


if __name__ == "__main__":
    sys.exit(main())

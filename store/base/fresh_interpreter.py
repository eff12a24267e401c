# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that run a module of ours in an interpreter of its own, with this house's code and no other.

`python -m module` looks into the folder in which it is called first, before its own library: whoever may write there
(/tmp, a download) would have a file of theirs run, with what powers Telltale has. This looks into no such folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

HOUSE = str(Path(__file__).parents[2])
_CODE = (
    "import sys; house, module = sys.argv[1:3]; del sys.argv[1:3]; house in sys.path or sys.path.insert(0, house); "
    "import runpy; runpy.run_module(module, run_name='__main__', alter_sys=True)"
)


def command(module: str, *words: str) -> list[str]:
    """To be started as it is; the words are the module's own, which come last."""
    return [sys.executable, "-P", "-c", _CODE, HOUSE, module, *words]

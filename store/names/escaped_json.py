# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as text that steers nothing: what a terminal obeys or what turns its direction is escaped. Pure.

Names come from the network. JSON itself escapes only what is below a space; C1 controls (U+009B begins a command), DEL,
marks of direction, separators of lines and halves of surrogates would go out as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_SUSPECT = re.compile("[^\x20-\x7e\n]")


def escaped(text: str) -> str:
    """JSON that means the same; such characters stand in its strings alone."""
    return _SUSPECT.sub(lambda match: _escape(match[0]), text)


def dumps(value: Any, default: Callable[[Any], Any] | None = None, indent: int | None = None) -> str:
    """As json.dumps, readable and escaped."""
    return escaped(json.dumps(value, default=default, ensure_ascii=False, indent=indent))


def _escape(char: str) -> str:
    if char.isprintable():
        return char
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"

# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from the network as it may be shown: nothing in it hides, and nothing turns what stands around it. Pure."""

import unicodedata

# What spreadsheets take for the begin of a formula (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str) -> str:
    """The text with characters that show nothing or reorder others made visible: "a\\u{202e}b"."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{{{ord(c):x}}}" if unicodedata.category(c) in _HIDDEN else c for c in text)


def as_cell(text: str) -> str:
    """The text as a cell of a spreadsheet, which takes none of it for a formula: "'=1+1"."""
    return f"'{text}" if text.startswith(_FORMULA) else text

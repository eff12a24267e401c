# SPDX-License-Identifier: GPL-3.0-or-later
"""A QR code as SVG that stands in a page: dark on white with its quiet zone, whatever the page's own colours are."""

from __future__ import annotations

import segno
from markupsafe import Markup

SCALE = 5  # pixels a module
BORDER = 4  # modules of white around it (ISO 18004), without which phones do not see it in the dark


def svg(text: str) -> Markup:
    """The element, without styles or scripts of its own; nothing of `text` stands in it but its modules."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(scale=SCALE, border=BORDER, dark="#000", light="#fff", omitsize=True))  # noqa: S704 - modules alone, none of the text

# SPDX-License-Identifier: GPL-3.0-or-later
"""The icons under which phones keep the pages: the logo drawn as PNG by Chromium, in the sizes that they ask for.

    .venv/bin/python scripts/app_icons.py      writes webui/static/icon-*.png
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parents[1] / "webui" / "static"
CHROMIUM = "/usr/bin/chromium"
# name → pixels, share of the square that the logo fills, whether the ground goes to the edge, for a phone to cut
ICONS = {"icon-192": (192, 1.0, False), "icon-512": (512, 1.0, False), "icon-maskable": (512, 0.62, True),
         "icon-apple": (180, 0.8, True)}  # fmt: skip
GROUND = "#0a6b68"


def drawing(share: float, to_edge: bool) -> str:
    """The logo as one SVG of 100 by 100."""
    logo = re.sub(r"<style>.*?</style>", "", (STATIC / "logo.svg").read_text())
    inner = re.sub(r"^<svg[^>]*>|</svg>$", "", logo.strip()).replace('rx="7"', f'rx="7" fill="{GROUND}"')
    size, margin = 100 * share, 50 * (1 - share)
    ground = f'<rect width="100" height="100" fill="{GROUND}"/>' if to_edge else ""
    placed = f'<svg x="{margin}" y="{margin}" width="{size}" height="{size}" viewBox="0 0 32 32">{inner}</svg>'
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100%" height="100%">'
    return f"{head}{ground}{placed}</svg>"


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (pixels, share, to_edge) in ICONS.items():
            page = browser.new_page(viewport={"width": pixels, "height": pixels})
            page.set_content(f"<body style='margin:0'>{drawing(share, to_edge)}</body>")
            page.screenshot(path=STATIC / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()

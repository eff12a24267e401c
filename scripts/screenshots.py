# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every page, light and dark, at four widths, from a demo with thirty days of history.

    .venv/bin/python scripts/screenshots.py [--only /devices …] [--chosen] [--quick] [--at URL] [--out DIR]

as `make screenshots` does. Each picture goes into docs/screenshots/all as PAGE-WIDTH-THEME.webp, which git ignores; the
first screen of those of CHOSEN also into docs/screenshots, and into docs/screenshots/pages a sheet of each page with
its eight first screens, small: some 50 KB each, so that all of them are a few MB. On the way axe-core looks at each
page: whatever is serious or critical is printed, and the exit code is 1. It is a demo of its own, on ports that are
free, which ends with this, unless one is named that runs already.
"""

from __future__ import annotations

import argparse
import base64
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE / "tests" / "fixtures"))  # which know every page, and what keeps people out

import axe  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from page_addresses import OUTSIDE, all_pages, links_in  # noqa: E402
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from appliance.demo.demo import PASSWORD  # noqa: E402
from webui import app  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
WIDTHS, THEMES = (360, 768, 1024, 1440), ("light", "dark")
QUALITY = 60  # of 100; a page is flat colours and letters
TALLEST = 4000  # pixels of a page that are shown: a log goes on for ever
SETTLE_MS = 400  # until numbers that are loaded after the page stand, and transitions are over
UP_SECONDS = 300
# In git, for README and docs: of each page the widths and themes.
CHOSEN = {
    "/": ((1440, "light"), (1440, "dark"), (360, "light")),
    "/devices/1": ((1440, "light"),),
    "/companies/Xiaomi": ((1440, "dark"),),
    "/queries": ((1440, "light"), (360, "dark")),
    "/blocklists": ((1440, "light"),),
    "/evidence": ((1440, "light"),),
    "/evidence/tests/compare?a=1&b=2": ((1024, "light"),),
    "/devices": ((1024, "dark"),),
    "/times": ((768, "light"),),
}
HEIGHT = 900  # of the window
SHEET_SCALE, SHEET_QUALITY, SHEET_GAP = 0.36, 45, 8
FIRST_SCREEN = {360: 780, 768: 1000, 1024: 900, 1440: 960}  # pixels of a page's height, by its width


def main(words: Sequence[str] | None = None) -> int:
    """Make them; 1 where axe-core found something grave, or a page did not come."""
    parser = argparse.ArgumentParser(prog="screenshots")
    parser.add_argument("--only", nargs="*", default=[], metavar="PATH", help="these pages alone")
    parser.add_argument("--chosen", action="store_true", help="only what is in git")
    parser.add_argument("--quick", action="store_true", help="first screens alone, and without axe-core")
    parser.add_argument("--at", metavar="URL", help="of a demo that runs already")
    parser.add_argument("--out", type=Path, default=HERE / "docs" / "screenshots")
    args = parser.parse_args(words)
    (args.out / "all").mkdir(parents=True, exist_ok=True)
    for old in () if args.only or args.chosen else (args.out / "all").glob("*.webp"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="telltale-screenshots-") as folder:
        state = Path(folder) / "state"
        with nullcontext(args.at) if args.at else demo(state) as address:
            made = app.create(state, state / "run", {})
            faults = list(taken(address, list(CHOSEN) if args.chosen else args.only, made, args.out, args.chosen,
                                args.quick))  # fmt: skip
    print(f"{len(list((args.out / 'all').iterdir()))} pictures in {args.out / 'all'}, {len(faults)} faults")
    return 1 if faults else 0


@contextmanager
def demo(state: Path) -> Iterator[str]:
    """A demo that has just written its history, and where its pages are."""
    web, dns = (f"127.0.0.1:{port}" for port in free_ports())
    command = [sys.executable, "-m", "appliance", "demo", "--state", str(state), "--web", web, "--dns", dns]
    process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_up(f"http://{web}/login", process)
        yield f"http://{web}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def taken(
    address: str, only: Sequence[str], made: FastAPI, out: Path, chosen: bool, quick: bool
) -> Iterator[str]:
    """Take the pictures of these pages, or of all; each fault that was met, as a line that was printed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        outside = [path for path in OUTSIDE[:1] if path in only or not only]
        paths = [path for path in only if path not in outside]
        for theme in THEMES:
            context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
            page = context.new_page()
            for path in outside:  # as who is not logged in sees it
                yield from told(one(page, address, path, WIDTHS, theme, out, quick))
            log_in(page, address)
            if not only and not paths:  # once: what its links lead to changes as the demo goes on
                paths = every_page(page, made, address)
            for path in paths:
                widths = [width for width in WIDTHS if not chosen or (width, theme) in CHOSEN[path]]
                yield from told(one(page, address, path, widths, theme, out, quick) if widths else ())
            context.close()
        if not chosen:
            sheets(browser.new_page(), out, anew=not only)
        browser.close()


def told(faults: Iterable[str]) -> Iterator[str]:
    """The same, each printed."""
    for fault in faults:
        print(fault, flush=True)
        yield fault


def every_page(page: Page, made: FastAPI, address: str) -> list[str]:
    """The addresses of all that somebody who is logged in can open."""

    def get(path: str) -> bytes:
        response = page.request.get(address + path)
        return response.body() if response.ok else b""

    return all_pages(made, get, links_in)


def one(
    page: Page, address: str, path: str, widths: Sequence[int], theme: str, out: Path, quick: bool
) -> Iterator[str]:
    """Its pictures, of one load that is made wider, and what is wrong with the page."""
    page.set_viewport_size({"width": widths[0], "height": HEIGHT})
    response = page.goto(address + path)
    expect(page.locator(".htmx-request")).to_have_count(0)
    if response is None or response.status != 200:
        yield f"{path}: {response.status if response else 'no answer'}"
        return
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.wait_for_timeout(SETTLE_MS)
        file = f"{name(path)}-{width}-{theme}.webp"
        (out / "all" / file).write_bytes(shot(page, width, HEIGHT if quick else TALLEST))
        if (width, theme) in CHOSEN.get(path, ()):
            (out / file).write_bytes(shot(page, width, FIRST_SCREEN[width]))
        for line in () if quick else axe.grave(page):
            yield f"{path} ({width}, {theme}): {line}"


def shot(page: Page, width: int, tallest: int, quality: int = QUALITY) -> bytes:
    """The page from its top, as WebP, which a Chromium makes by itself."""
    height = min(tallest, int(page.evaluate("document.documentElement.scrollHeight")))
    clip: dict[str, Any] = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    asked = {"format": "webp", "quality": quality, "captureBeyondViewport": True, "clip": clip}
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", asked)
    session.detach()
    return base64.b64decode(answer["data"])


def sheets(page: Page, out: Path, anew: bool) -> None:
    """Of each page of which there are pictures at all widths: the widths side by side, the themes below each other.

    `anew`: those of pages that are no more go.
    """
    (out / "pages").mkdir(exist_ok=True)
    for old in (out / "pages").glob("*.webp") if anew else ():
        old.unlink()
    for first in sorted((out / "all").glob(f"*-{WIDTHS[0]}-{THEMES[0]}.webp")):
        called = first.name.removesuffix(f"-{WIDTHS[0]}-{THEMES[0]}.webp")
        rows = [[out / "all" / f"{called}-{width}-{theme}.webp" for width in reversed(WIDTHS)] for theme in THEMES]
        rows = [row for row in rows if all(file.exists() for file in row)]
        page.set_content(f"<body style='margin:0;background:#888'>{''.join(map(_strip, rows))}")
        page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth)")
        wide = round(sum(WIDTHS) * SHEET_SCALE + SHEET_GAP * (len(WIDTHS) + 1))
        page.set_viewport_size({"width": wide, "height": 600})
        (out / "pages" / f"{called}.webp").write_bytes(shot(page, wide, TALLEST, SHEET_QUALITY))


def _strip(files: Sequence[Path]) -> str:
    """Pictures of one theme, the widest first, cut to their first screens."""
    height = round(HEIGHT * SHEET_SCALE)
    shown = "".join(
        f"<div style='width:{round(width * SHEET_SCALE)}px;height:{height}px;overflow:hidden'><img style='width:100%' "
        f"src='data:image/webp;base64,{base64.b64encode(file.read_bytes()).decode()}'></div>"
        for width, file in zip(reversed(WIDTHS), files, strict=True)
    )  # fmt: skip
    return f"<div style='display:flex;gap:{SHEET_GAP}px;padding:{SHEET_GAP / 2}px {SHEET_GAP}px'>{shown}</div>"


def log_in(page: Page, address: str) -> None:
    """As the demo's banner says."""
    page.goto(f"{address}/login")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"{address}/")


def name(path: str) -> str:
    """What a page's pictures are called."""
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"


def free_ports() -> list[int]:
    """Two that nobody has just now."""
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            ports.append(int(listening.getsockname()[1]))
    return ports


def until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for the pages; SystemExit where the demo ended, or is not up after all."""
    end = time.monotonic() + UP_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - loopback
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("The demo did not start.")


if __name__ == "__main__":
    sys.exit(main())

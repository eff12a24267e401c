# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

from store import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_says_what_the_settings_say() -> None:
    assert PAGE.read_text("utf-8") == settings_page.render(), "run: python -m store.settings_page > docs/settings.md"

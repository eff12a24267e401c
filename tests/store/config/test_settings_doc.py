# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

from store.config import settings_doc

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


def test_the_page_says_what_the_settings_say() -> None:
    written = PAGE.read_text("utf-8")
    assert written == settings_doc.render(), "run: python -m store.config.settings_doc > docs/settings.md"

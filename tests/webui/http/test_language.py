# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of a request."""

from typing import Any

import pytest
from brackets import TAG
from brackets import brackets as brackets


def test_english_without_a_wish(looker: Any) -> None:
    assert '<html lang="en">' in looker.get("/login").text or '<html lang="en">' in looker.get("/").text


@pytest.mark.usefixtures("brackets")
def test_the_browser_says_which(looker: Any) -> None:
    page = looker.get("/", headers={"Accept-Language": f"{TAG}, en;q=0.5"}).text
    assert f'<html lang="{TAG}">' in page
    assert "⟦Skip to the content⟧" in page
    assert "⟦" not in looker.get("/", headers={"Accept-Language": "fr"}).text

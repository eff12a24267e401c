# SPDX-License-Identifier: GPL-3.0-or-later
"""Every second page of the demo's home, each at one of the four widths and in one theme (tests/fixtures/seen_pages.py).

The others: test_every_other_page.py.
"""

from __future__ import annotations

import pytest
import real_browser
import seen_pages
from walks import Walks

pytestmark = [*real_browser.marks, pytest.mark.slow]


@pytest.mark.parametrize("turn", seen_pages.TURNS)
def test_every_page_is_open_to_everybody_fits_and_says_nothing_on_the_console(walks: Walks, turn: int) -> None:
    faults = seen_pages.faults(walks, share=0, turn=turn)
    assert not faults, "\n".join(faults)
    assert walks.complaints == []

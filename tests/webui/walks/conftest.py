# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's home, served, and a browser."""

import pytest
from demo_home import demo_home
from walks import walks

__all__ = ["demo_home", "walks"]


@pytest.fixture(autouse=True)
def _weak_scrypt() -> None:
    """In place of the one above: the demo's password was hashed at the cost that the appliance takes."""

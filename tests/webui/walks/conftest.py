# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's home, served, and a browser."""

from demo_home import demo_home
from walks import walks

__all__ = ["demo_home", "walks"]

# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's home, where its tests look for it."""

from demo_home import demo_home

__all__ = ["demo_home"]

# SPDX-License-Identifier: GPL-3.0-or-later
"""How a list gets here: fetched, checked, compiled, published, by a process of its own."""

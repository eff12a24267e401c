# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is and what it is for: tables, the one lookup, and what people corrected (docs/whose.md)."""

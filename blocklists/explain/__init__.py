# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules match a name, where they stand in their lists, and what became of each."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""What was changed in config.db, by whom, and back again: which tables count, how edits are recorded, rows put back."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""querylog.db: how records are written, added up, kept within bounds, and found again by time."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""What every room and process of ours stands on: SQLite files, statuses, secrets, lines of log."""

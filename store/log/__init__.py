# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log: what it holds, what it can do, and how querylog.db is written, added up and kept within bounds."""

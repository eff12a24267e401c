# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers behind the pages, each a count over the query log, and the log row by row."""

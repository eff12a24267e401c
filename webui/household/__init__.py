# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of what a household decides, one file each with its template beside it; `household_pages` is all of them."""

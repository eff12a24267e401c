# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands around every page: where one can go, what is paused, what needs attention, what a search finds."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands of `telltale` build on: what a terminal can show, help in the reader's language, verdicts alone."""

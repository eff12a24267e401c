# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands of `telltale` build on: what a terminal can show, and verdicts without an appliance."""

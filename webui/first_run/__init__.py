# SPDX-License-Identifier: GPL-3.0-or-later
"""The first ten minutes: password, how much to block, makers seen, the router, a checklist that ticks itself."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""When work is due that nobody waits for in memory: the supervisor looks now and then, and a short process does it."""

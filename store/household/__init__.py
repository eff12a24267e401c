# SPDX-License-Identifier: GPL-3.0-or-later
"""What a household decides beyond lists and rules: groups, times, pauses, names let through, local names; the policy
that follows from all of it; and the history of changes.
"""

# SPDX-License-Identifier: GPL-3.0-or-later
"""Companies: which devices ask which, for which names, what of that is tracking; what blocks them, and how to."""

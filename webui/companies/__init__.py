# SPDX-License-Identifier: GPL-3.0-or-later
"""A company's page: which devices ask it, for which names, and what of that is tracking."""

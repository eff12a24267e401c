# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and safe search: all of them, and one: who uses it and when, for whom it is blocked."""

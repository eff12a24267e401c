# SPDX-License-Identifier: GPL-3.0-or-later
"""Home: who watches this home, at a glance; what is new, and what wants a look."""

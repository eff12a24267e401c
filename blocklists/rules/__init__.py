# SPDX-License-Identifier: GPL-3.0-or-later
"""What one rule says: its name or pattern, its conditions, how urgent it is."""

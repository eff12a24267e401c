# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a list, packed or not, in any known format → its rules."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""All installed lists as one compiled file, and which rule of it decides a name."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""All that config.db has of decisions as one text, and back again."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: many edited together, read from a text, counted by what they decided; what one may not mean."""

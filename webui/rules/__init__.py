# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: what they did, changed where they stand, tried before they hold, pasted and taken along."""

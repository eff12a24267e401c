# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of what is unwanted: vendor packs, lists that are fetched, the catalogue."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages and the API show, shaped from what the store says. Pure."""

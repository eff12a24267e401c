# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated household with an upstream of its own, so that every page is alive without a network."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients' packets in, responses out."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes, sockets, privileges: how children are started, watched and stopped."""

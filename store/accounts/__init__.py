# SPDX-License-Identifier: GPL-3.0-or-later
"""config.db's people: who they are and what they may, from where they are logged in, and their second step."""

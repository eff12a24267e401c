# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use this: log-in, the people of the home and their roles, sessions, two-step log-in, tokens."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of the home, and each one: its story, what is decided for it, what is known about it."""

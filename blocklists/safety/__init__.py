# SPDX-License-Identifier: GPL-3.0-or-later
"""What no list may block unnoticed, and how that is held while a list is read."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""Who keeps the capabilities that the wall and DHCP need, after the supervisor has given up its own."""

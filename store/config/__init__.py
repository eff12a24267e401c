# SPDX-License-Identifier: GPL-3.0-or-later
"""config.db: settings, blocklists, rules, devices, groups, switches of the wall, and the policy that follows."""

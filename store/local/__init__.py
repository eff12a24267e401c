# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of the home's own: records, names of devices, and domains that other servers answer."""

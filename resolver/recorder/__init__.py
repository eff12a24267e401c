# SPDX-License-Identifier: GPL-3.0-or-later
"""Records from the workers to the query log, and what is found out about the devices on the way."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a query may be written down, and of whom: as the settings say it, taken out of a batch before it waits."""

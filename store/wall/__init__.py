# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall caught (bypass.db), and the workers' word to it about answers."""

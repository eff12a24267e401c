# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a name is blocked or not, as a worker would decide this moment; away from the hot path."""

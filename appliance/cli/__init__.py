# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `telltale`, one command a file."""

from appliance.own_first import look_here_first

look_here_first()

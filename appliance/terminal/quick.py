# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that run without the command line library: command → the module whose `main` it is."""

QUICK = {"run": "appliance.start.launch", "demo": "appliance.demo.demo", "health": "appliance.cli.health_command"}

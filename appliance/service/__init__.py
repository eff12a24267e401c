# SPDX-License-Identifier: GPL-3.0-or-later
"""The system service: what `telltale install` puts on a machine with systemd, and `uninstall` takes away."""

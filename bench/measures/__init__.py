# SPDX-License-Identifier: GPL-3.0-or-later
"""The measures, in the order of a run: each module has `run(bed)`, which notes its figures in the bed's results.

`rate`, `cpu` and `latency` use the fleet, the servers that run side by side; the others start what they need and stop
it again. What takes longest comes last.
"""

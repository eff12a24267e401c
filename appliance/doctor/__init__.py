# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong, and the cure: checks by subject, and the health that containers ask for."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""Which passwords are easily guessed, whoever wants to set one."""

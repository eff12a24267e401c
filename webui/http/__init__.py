# SPDX-License-Identifier: GPL-3.0-or-later
"""What every request goes through: who asks, what may be asked, how errors are told."""

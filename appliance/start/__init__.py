# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens between `telltale run` and the first answer, in order."""

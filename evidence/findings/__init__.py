# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record shows, one kind a file, each a pure function over rows; what a finding is, and its life."""

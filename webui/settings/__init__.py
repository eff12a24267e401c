# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: a page for each thing that people want to decide, with few settings on it, in plain words."""

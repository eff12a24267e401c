# SPDX-License-Identifier: GPL-3.0-or-later
"""What languages differ in beside their words (plural forms, digits), and how their files read."""

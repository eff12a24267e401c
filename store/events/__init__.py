# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells of files, so that nobody has to look again and again whether one changed."""

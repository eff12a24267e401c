# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed in a list, and since when it holds each rule."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure: how many, and to whom: sentences that tell tracking apart from use, and words for both."""

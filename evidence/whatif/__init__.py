# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change would have done to the queries of the past, what each list is worth, what an update changed."""

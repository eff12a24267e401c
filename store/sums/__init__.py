# SPDX-License-Identifier: GPL-3.0-or-later
"""What sums of the query log are made of: numbers packed into one, sections of counts, which query begins a look-up."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""From a query to its response: the decision, and how it is carried out."""

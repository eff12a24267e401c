# SPDX-License-Identifier: GPL-3.0-or-later
"""A network namespace, for addresses that only a link has."""

from namespaces import alone as alone

# SPDX-License-Identifier: GPL-3.0-or-later
"""Network namespaces, for what is read from the kernel."""

from namespaces import alone as alone
from namespaces import home as home
from namespaces import street as street

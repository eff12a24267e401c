# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone's log, of which commands report."""

from phone_report import _written as _written
from phone_report import phone as phone

# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone's log, and what is reported of it."""

from fresh_state import _migrated as _migrated
from fresh_state import state as state
from phone_report import _made as _made
from phone_report import _written as _written
from phone_report import company as company
from phone_report import html as html
from phone_report import json_file as json_file
from phone_report import phone as phone
from phone_report import values as values

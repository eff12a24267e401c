# SPDX-License-Identifier: GPL-3.0-or-later
"""State directories as a first start leaves them."""

from fresh_state import _migrated as _migrated
from fresh_state import state as state

# SPDX-License-Identifier: GPL-3.0-or-later
"""All table classes of config.db, imported when an edit first uses one: `tables.Account` (`store.rows.on_demand`).

They stand in `config_rows`, `household_rows` and `local_rows`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.rows import on_demand

if TYPE_CHECKING:
    from store.rows.config_rows import *  # noqa: F403
    from store.rows.household_rows import *  # noqa: F403
    from store.rows.local_rows import *  # noqa: F403
else:
    __getattr__ = on_demand.names_of("store.rows.config_rows", "store.rows.household_rows", "store.rows.local_rows")

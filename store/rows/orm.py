# SPDX-License-Identifier: GPL-3.0-or-later
"""What edits are written with: SQLModel and SQLAlchemy, imported when one first needs them (`store.rows.on_demand`).

They take 20 MiB and a quarter of a second, and who looks at pages needs neither; reads of pages are plain SQL
(`store.config.session.looking`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.rows import on_demand

if TYPE_CHECKING:
    from sqlalchemy import Connection as Connection
    from sqlalchemy import Engine as Engine
    from sqlalchemy import delete as delete
    from sqlalchemy import event as event
    from sqlalchemy import func as func
    from sqlalchemy import text as text
    from sqlalchemy.exc import DBAPIError as DBAPIError
    from sqlalchemy.pool import NullPool as NullPool
    from sqlmodel import Session as Session
    from sqlmodel import SQLModel as SQLModel
    from sqlmodel import col as col
    from sqlmodel import create_engine as create_engine
    from sqlmodel import select as select
    from sqlmodel.sql.expression import SelectOfScalar as SelectOfScalar
else:
    __getattr__ = on_demand.names(
        dict.fromkeys(("Connection", "Engine", "delete", "event", "func", "text"), "sqlalchemy")
        | dict.fromkeys(("Session", "SQLModel", "col", "create_engine", "select"), "sqlmodel")
        | {"DBAPIError": "sqlalchemy.exc", "NullPool": "sqlalchemy.pool", "SelectOfScalar": "sqlmodel.sql.expression"}
    )

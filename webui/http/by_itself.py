# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page asks by itself, now and then, as long as it is open: declared at the route, like who may (permissions).

    @router.get("/count", dependencies=[by_itself.asked])

Such a call is nobody's use of the page: a log-in that nobody uses ends, however many tabs are left open.
"""

from __future__ import annotations

from typing import Any

from fastapi import Depends


class ByItself:
    """As a dependency it does nothing: the gate has looked at it before."""

    async def __call__(self) -> None:
        """Nothing is left to do."""


asked = Depends(ByItself())


def is_by_itself(route: Any) -> bool:
    return any(isinstance(each.dependency, ByItself) for each in getattr(route, "dependencies", ()))

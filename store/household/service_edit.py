# SPDX-License-Identifier: GPL-3.0-or-later
"""Services turned on (that is: blocked) and off. They are toggles like those of any list, under the ids `service:…`."""

from store.base.sentences import say
from store.config import edit, lists
from store.config.choices import ListKind
from store.config.engine import Engine
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE
from store.config.session import NotFound

PREFIX = f"{ListKind.SERVICE}:"


def list_id(service: str) -> str:
    """`tiktok` or `service:tiktok` as the id of its list."""
    return PREFIX + service.removeprefix(PREFIX)


def service(e: Engine, service_id: str) -> BlocklistView:
    """One of them, by its id or by its title; raises NotFound."""
    wanted, title = list_id(service_id), service_id.strip().casefold()
    views = lists.services(e)
    by_id, by_title = ([view for view in views if view.id == wanted],
                       [view for view in views if view.title.casefold() == title])  # fmt: skip
    for view in by_id or by_title:
        return view
    short = service_id.removeprefix(PREFIX)
    raise NotFound(say("There is no service '{id}'; 'telltale services' shows all.", id=short))


def set_service(
    e: Engine, service_id: str, on: bool | None, scope: str = str(HOUSE), schedule: int | None = edit.KEEP
) -> BlocklistView:
    """Block a service for a scope, or not; None: as the wider scope has it. `schedule`: as `edit.set_toggle`.

    Raises EditError, NotFound.
    """
    view = service(e, service_id)
    if on is None:
        edit.clear_toggle(e, view.id, scope)
    else:
        edit.set_toggle(e, view.id, scope, on, schedule=schedule)
    return service(e, service_id)

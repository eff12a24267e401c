# SPDX-License-Identifier: GPL-3.0-or-later
"""The services as lists beside the compiled index: there from the start, and as new as the program."""

import logging
from functools import cache

from blocklists.index.beside import Beside, BesideList
from blocklists.packs import services
from blocklists.packs.services import ServiceError

_log = logging.getLogger(__name__)


@cache
def load() -> Beside:
    """None at all where their files cannot be read, which is logged: DNS goes on without them."""
    try:
        return Beside([BesideList(service.blocklist_id, service.title, service.rules) for service in services.load()])
    except (ServiceError, OSError, ValueError) as error:
        _log.error("No service can be blocked: their files cannot be read: %s", error)
        return Beside.none()

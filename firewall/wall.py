# SPDX-License-Identifier: GPL-3.0-or-later
"""The way from what the house has decided to the table, for the process and the command line alike."""

import contextlib
import dataclasses
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path

from firewall import doh_addresses, doh_lists, targets
from firewall.kernel import WallError
from firewall.plan import Plan, plan
from network import local_network
from store.base import db, status
from store.base.sentences import say, sentence_of
from store.config import usable_settings
from store.config.endpoints import dns_endpoints
from store.config.settings import Settings
from store.config.usable_settings import UsableSettings
from store.config.wall_switches import Modes
from store.wall import wall_overrides


def planned(values: Settings, run: Path | None, state: Path | None = None) -> Plan:
    """The plan for these settings, and the switches in `state`, on this machine now. Raises BadElement, WallError."""
    home, known = local_network.find(endpoints(values, run)), targets.load()
    if state is None:
        return plan(values, home, known)
    more, notes = doh_lists.targets(state, values.wall_doh_lists)
    more = more or doh_addresses.load(state, time.time())
    known = dataclasses.replace(known, doh=(*known.doh, *more))
    made = plan(values, home, known, members(values, state))
    return dataclasses.replace(made, notes=(*made.notes, *notes))


def members(values: Settings, state: Path) -> list[tuple[str, Modes]]:
    """Clients whose group or device has switches of its own; what is not switched there follows the house.

    Raises WallError when config.db does not read: the wall that stands is then better than one without them.
    """
    path = state / "config.db"
    if not path.exists():
        return []
    try:
        with contextlib.closing(db.connect(path, read_only=True)) as con:
            differing = wall_overrides.of_clients(con)
    except sqlite3.Error as error:
        raise WallError(say(
            "The switches of groups cannot be read ({error}); `telltale doctor` says more.", error=sentence_of(error)
        )) from None
    return [(client, values.wall_switches | chosen) for client, chosen in differing]


def endpoints(values: Settings, run: Path | None) -> list[tuple[str, int]]:
    """Where DNS is answered. The supervisor's last word counts however old it is: a restart mostly binds the same."""
    return dns_endpoints(values.dns, status.read_supervisor(run) if run else None)


def wanted(state: Path, environ: Mapping[str, str]) -> UsableSettings:
    """The settings as they hold, and what is wrong with them."""
    return usable_settings.look(state, environ)

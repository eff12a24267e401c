# SPDX-License-Identifier: GPL-3.0-or-later
"""The way from what the house has decided to the table, for the process and the command line alike."""

from collections.abc import Mapping
from pathlib import Path

from firewall import surroundings, targets
from firewall.plan import Plan, plan
from store import settings, status
from store.endpoints import parse_endpoint
from store.settings import Settings


def planned(values: Settings, run: Path | None) -> Plan:
    """The plan for these settings on this machine now. Raises BadElement."""
    found = surroundings.look(endpoints(values, run))
    return plan(values, found, targets.load())


def endpoints(values: Settings, run: Path | None) -> list[tuple[str, int]]:
    """Where DNS is answered: as the running supervisor says, else as the settings want it."""
    told = status.read(run).get("supervisor", {}).get("dns") if run else None
    texts = told if isinstance(told, list) and told else list(values.dns)
    return [parse_endpoint(str(text), 53) for text in texts]


def wanted(state: Path, environ: Mapping[str, str]) -> Settings:
    """The settings as they hold. Raises SettingError."""
    return settings.load(state, environ)

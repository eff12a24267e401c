# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check of the doctor looks at, and what it says."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.config.settings import Settings

OK, WARNING, BAD = "ok", "warning", "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; state is ok, warning or bad, and what is not ok has a cure."""

    check: str
    state: str
    text: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The appliance as seen from outside: its directory, its settings, and what its processes last said."""

    state: Path
    environ: Mapping[str, str]
    settings: Settings
    status: Mapping[str, Mapping[str, Any]]
    now: float = field(default_factory=time.time)

    @property
    def running(self) -> bool:
        """Whether a supervisor has reported lately."""
        return "supervisor" in self.status


Check = Callable[[Patient], Iterator[Finding]]

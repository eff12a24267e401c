# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check of the doctor says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.doctor.observation import Observation

OK, WARNING, BAD = "ok", "warning", "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; state is ok, warning or bad, and what is not ok has a cure."""

    check: str
    state: str
    text: str
    cure: str = ""


Check = Callable[[Observation], Iterator[Finding]]

# SPDX-License-Identifier: GPL-3.0-or-later
"""The short runs of this house, looked at now and then: evidence, what the query log tells, and its certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from appliance.process.supervisor import Supervisor
from appliance.runs import certificate_runs, evidence_runs, insight_runs
from appliance.runs.certificate_runs import CertificateRuns
from appliance.runs.evidence_runs import EvidenceRuns
from appliance.runs.followed_settings import FollowedSettings
from appliance.runs.insight_runs import InsightRuns
from appliance.start.inventory import House


def watch(supervisor: Supervisor, house: House, environ: Mapping[str, str], followed: FollowedSettings) -> None:
    """From now on, whenever the house has its state directory: one that begins without may have it later."""
    words = house.state, house.run, environ
    note_end = supervisor.note_end
    for seconds, step in (
        (evidence_runs.LOOK_SECONDS, EvidenceRuns(*words, note_end).step),
        (insight_runs.LOOK_SECONDS, InsightRuns(*words, note_end).step),
        (certificate_runs.LOOK_SECONDS, CertificateRuns(*words, followed, note_end).step),
    ):
        supervisor.every(seconds, partial(_unless_alone, house, step))


def _unless_alone(house: House, step: Callable[[], None]) -> None:
    if not house.alone:
        step()

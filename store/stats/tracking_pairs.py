# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reports to whom: the look-ups of kind tracking of each device to each company."""

from store.log import interning
from store.log.records import FAILED, Verdict
from store.log.timespan import Timespan
from store.log.values import TrackingPair
from store.names.purpose import Kind
from store.stats import company_counts, top, top_names
from store.stats.company_counts import LOOKUPS
from store.sums.counts import Section


def pairs(timespan: Timespan) -> list[TrackingPair]:
    """As store.log.protocol.RangeCounts.tracking_pairs; one pass over every client's row."""
    known = company_counts.companies(timespan.con)
    tracking = company_counts.of_kind(known, Kind.TRACKING.word)
    sections = {
        device: of_tracking for device, lookups in _by_device(timespan).items()
        if (of_tracking := company_counts.only(lookups, tracking))
    }  # fmt: skip
    labels = top.labels(timespan.con, "devices", sections)
    made = []
    for device, section in sections.items():
        asked, blocked, failed = (top_names.by_key(section, verdict) for verdict in (None, Verdict.BLOCK, FAILED))
        made += [
            TrackingPair(
                device or None, labels[device], known[number].name, count, blocked.get(number, 0),
                failed.get(number, 0),
            )
            for number, count in asked.items()
        ]  # fmt: skip
    return sorted(made, key=lambda pair: (-pair.lookups, pair.label, pair.company or "", pair.device or 0))


def _by_device(timespan: Timespan) -> dict[int, Section]:
    """The look-ups of the house, or of the one device that the timespan is of."""
    if timespan.clients is None:
        return company_counts.by_device(timespan, LOOKUPS)
    owners = interning.devices(timespan.con, timespan.clients[:1])
    return {device: company_counts.of_all(timespan, LOOKUPS) for device in owners.values()}

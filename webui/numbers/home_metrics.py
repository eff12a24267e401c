# SPDX-License-Identifier: GPL-3.0-or-later
"""What `/metrics` tells of the home: from what the processes say of themselves, so that no log is read for it. Pure.

Labels have values out of fixed sets, but for upstreams, of which MAX_UPSTREAMS are told, by their host alone: what
stands behind it in an address may be somebody's key. No name, device or address of the home is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store.base.process_parts import State
from store.base.process_status import EncryptedStatus, Statuses, UpstreamStatus, WorkerStatus
from store.base.row_counts import BOUNDS_US, RowCounts
from store.health.health import Health
from webui.numbers.metrics_text import Family, Sample, Type, histogram, labelled, single

SECOND_US = 1_000_000
MAX_UPSTREAMS = 32  # a home has some; each is four numbers
COUNTER, GAUGE = Type.COUNTER, Type.GAUGE


@dataclass(frozen=True, slots=True)
class Kept:
    """What the files of the state directory say. `lists`: by state; `bytes_of`: sizes by the name of a file."""

    devices: int
    lists: Mapping[str, int]
    bytes_of: Mapping[str, int]


def families(version: str, statuses: Statuses, health: Health, kept: Kept) -> Iterator[Family]:
    """All of them, in the order in which they are told."""
    yield Family("telltale_info", GAUGE, "The version that runs.", (Sample(1, {"version": version}),))
    yield from _health(health)
    recorder = statuses.recorder
    if recorder is not None:
        yield from _rows(recorder.counts)
        yield single("telltale_records_written_total", COUNTER, "Records written into the query log.", recorder.rows)
        yield single("telltale_records_waiting", GAUGE, "Records that wait to be written.", recorder.buffered)
    yield single("telltale_records_dropped_total", COUNTER, "Queries that were answered and not recorded.",
                 health.dropped)  # fmt: skip
    yield from _workers(list(statuses.workers.values()))
    yield from _upstreams(list(statuses.workers.values()))
    if statuses.firewall is not None:
        yield labelled("telltale_wall_caught_total", COUNTER, "Connections around DNS that the wall counted, by kind.",
                       "kind", statuses.firewall.counters)  # fmt: skip
    if statuses.encrypted is not None:
        yield from _encrypted(statuses.encrypted)
    yield labelled("telltale_blocklists", GAUGE, "Blocklists that are installed: on, off, or on and failing to update.",
                   "state", kept.lists)  # fmt: skip
    yield single("telltale_devices", GAUGE, "Devices that are known.", kept.devices)
    yield labelled("telltale_file_bytes", GAUGE, "Size of a file of the state directory.", "file", kept.bytes_of)


def _encrypted(encrypted: EncryptedStatus) -> Iterator[Family]:
    yield single("telltale_encrypted_open", GAUGE, "Encrypted connections of clients that are open.", encrypted.open)
    yield labelled("telltale_encrypted_connections_total", COUNTER, "Those that were made, by protocol.", "protocol",
                   encrypted.connections)  # fmt: skip
    yield labelled("telltale_encrypted_queries_total", COUNTER, "Queries over them, by protocol.", "protocol",
                   encrypted.queries)  # fmt: skip
    yield labelled("telltale_encrypted_refused_total", COUNTER, "Connections and requests that were refused, by why.",
                   "why", encrypted.refused)  # fmt: skip


def _health(health: Health) -> Iterator[Family]:
    yield single("telltale_dns_up", GAUGE, "Whether DNS answers.", int(health.dns == State.OK))
    yield labelled("telltale_health", GAUGE, "1 for the state of the whole, 0 for the others.", "state",
                   {state.value: int(health.status == state) for state in State})  # fmt: skip
    states = [problem.state for problem in health.problems]
    yield labelled("telltale_problems", GAUGE, "What is wrong, by how much it matters; telltale doctor names it.",
                   "state", {state.value: states.count(state) for state in State})  # fmt: skip


def _rows(counts: RowCounts) -> Iterator[Family]:
    """By what stands in the log; the sums are the same whichever way they are added up."""
    yield labelled("telltale_queries_total", COUNTER, "Recorded queries by what was decided; failed: let through, "
                   "and no answer came.", "verdict", counts.verdicts)  # fmt: skip
    yield labelled("telltale_queries_by_origin_total", COUNTER, "The same by where the answer came from.", "origin",
                   counts.origins)  # fmt: skip
    yield labelled("telltale_queries_by_kind_total", COUNTER, "The same by what the name is to the home.", "kind",
                   counts.kinds)  # fmt: skip
    if len(counts.durations) == len(BOUNDS_US) + 1:
        bounds = [bound / SECOND_US for bound in BOUNDS_US]
        yield histogram("telltale_query_duration_seconds", "How long answers took.", bounds, counts.durations,
                        counts.total_us / SECOND_US)  # fmt: skip


def _workers(workers: list[WorkerStatus]) -> Iterator[Family]:
    yield single("telltale_workers", GAUGE, "Processes that answer DNS.", len(workers))
    sums = (
        ("telltale_answered_total", "Queries that were answered, recorded or not.", "queries"),
        ("telltale_servfail_total", "Queries that were answered with SERVFAIL.", "servfail"),
        ("telltale_limited_total", "Queries that were refused since their client asked too much.", "limited"),
        ("telltale_ignored_total", "Packets that were no queries, or came from strangers.", "ignored"),
        ("telltale_faults_total", "Queries that a fault of Telltale's own cost their answer.", "faults"),
    )
    for name, words, field in sums:
        yield single(name, COUNTER, words, sum(getattr(worker, field) for worker in workers))
    yield single("telltale_cache_entries", GAUGE, "Answers that are kept.", sum(each.cache.entries for each in workers))
    yield single("telltale_cache_bytes", GAUGE, "Bytes that they take.", sum(each.cache.bytes for each in workers))
    yield single("telltale_blocked_names", GAUGE, "Names on all installed blocklists.",
                 max((worker.index.names for worker in workers), default=0))  # fmt: skip


def _upstreams(workers: list[WorkerStatus]) -> Iterator[Family]:
    """Each host once: reached, if any worker reaches it over any of its addresses."""
    hosts: dict[str, list[UpstreamStatus]] = {}
    for worker in workers:
        for upstream in worker.upstreams:
            hosts.setdefault(host_of(upstream.spec), []).append(upstream)
    shown = dict(list(hosts.items())[:MAX_UPSTREAMS])
    up = {host: int(any(not each.down for each in every)) for host, every in shown.items()}
    rtt = {host: min(each.rtt_ms for each in every) / 1000 for host, every in shown.items()}
    answers = {host: sum(each.answers for each in every) for host, every in shown.items()}
    failures = {host: sum(each.failures for each in every) for host, every in shown.items()}
    yield labelled("telltale_upstream_up", GAUGE, "Whether an upstream answers.", "upstream", up)
    yield labelled("telltale_upstream_rtt_seconds", GAUGE, "How long it takes, on average.", "upstream", rtt)
    yield labelled("telltale_upstream_answers_total", COUNTER, "Answers that came from it.", "upstream", answers)
    yield labelled("telltale_upstream_failures_total", COUNTER, "Questions that it left open.", "upstream", failures)


def host_of(spec: str) -> str:
    """An upstream's scheme and host; what stands behind them may be a key."""
    scheme, slashes, rest = spec.partition("://")
    host = (rest if slashes else spec).partition("/")[0].rpartition("@")[2]
    return f"{scheme}{slashes}{host}" if slashes else host

# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker says of itself, put together from what its parts have counted."""

from __future__ import annotations

from resolver.answer.pipeline import Resolver
from resolver.upstream.forwarder import Forwarder
from store.base.process_status import CacheStatus, ExchangeCounts, IndexStatus, UpstreamStatus, WorkerStatus


def describe(resolver: Resolver, versions: tuple[int, int], started: float) -> WorkerStatus:
    """What a worker says of itself: counters, upstreams, policy, index, cache."""
    cache, index, counters = resolver.cache, resolver.snapshot.index, resolver.counters
    return WorkerStatus(
        started=started,
        policy_version=resolver.snapshot.policies.version,
        index_generation=versions[1],
        index=IndexStatus(len(index), index.compiled, index.generation),
        cache=CacheStatus(len(cache), cache.bytes),
        clients=len(resolver.snapshot.by_client),
        queries=resolver.recorder.noted,
        pending=resolver.recorder.pending,
        dropped=resolver.recorder.dropped,
        told=resolver.answer_feed.told if resolver.answer_feed else 0,
        told_lost=resolver.answer_feed.lost if resolver.answer_feed else 0,
        ignored=counters["ignored"],
        errors=counters["errors"],
        faults=counters["faults"],
        servfail=counters["servfail"],
        unsent=counters["unsent"],
        tcp_refused=counters["tcp_refused"],
        limited=counters["limited"],
        exchanges=exchange_counts(resolver.forwarder),
        fallbacks=resolver.snapshot.fallbacks,
        upstreams=tuple(
            UpstreamStatus(
                each.endpoint.spec, each.down, round(each.rtt * 1000, 2), each.answers, each.failures, each.refuses
            )
            for each in resolver.forwarder.servers
        ),
    )


def exchange_counts(forwarder: Forwarder) -> ExchangeCounts:
    """What came of questions put to upstreams."""
    counters = forwarder.counters
    return ExchangeCounts(
        in_flight=forwarder.in_flight,
        joined=counters["joined"],
        overflow=counters["overflow"],
        failed=counters["failed"],
        timed_out=counters["timed_out"],
        malformed=counters["malformed"],
        mismatched=counters["mismatched"],
        unexpected=counters["unexpected"],
        send_errors=counters["send_errors"],
        socket_errors=counters["socket_errors"],
    )

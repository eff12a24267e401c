# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker says of itself, put together from what its parts have counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from resolver.answer.pipeline import Resolver
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.servers import Servers
from store.base.process_status import CacheStatus, ExchangeCounts, IndexStatus, UpstreamStatus, WorkerStatus
from store.config.endpoints import Endpoint
from store.local import forwards

MAX_CIRCLES = 8  # one is enough to be told of


def describe(
    resolver: Resolver, versions: tuple[int, int], started: float, bound: Sequence[Endpoint],
    served: Callable[[str], Iterable[Endpoint]] = lambda _scheme: (),
) -> WorkerStatus:  # fmt: skip
    """What a worker says of itself: counters, upstreams, policy, index, cache. `bound`: where it is asked itself;
    `served`: where others take queries for it, by the scheme of upstreams."""
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
        nowhere=resolver.detour.nowhere,
        circles=circles(_specs(resolver), bound, served),
        upstreams=tuple(_upstreams(resolver.forwarder.servers)),
    )


def _upstreams(servers: Servers) -> Iterator[UpstreamStatus]:
    spare = servers.spare or ()
    for each in servers.every:
        yield UpstreamStatus(
            each.endpoint.spec, each.down, round(each.rtt * 1000, 2), each.answers, each.failures, each.refuses,
            each.fault, each.first.handshakes, each.endpoint.encrypted, each in spare,
        )  # fmt: skip


def circles(
    specs: Iterable[str], bound: Sequence[Endpoint], served: Callable[[str], Iterable[Endpoint]] = lambda _scheme: ()
) -> tuple[str, ...]:
    """Those upstreams by which this appliance asks itself. Variables and a backup of another machine can say so; pages
    and commands refuse it.
    """
    return tuple(spec for spec in sorted(specs) if _is_ours(spec, bound, served))[:MAX_CIRCLES]


def _specs(resolver: Resolver) -> set[str]:
    """Upstreams of the house, of groups, and of domains that go elsewhere."""
    specs = {each.endpoint.spec for each in resolver.forwarder.servers}
    return specs.union(*(route.specs for route in resolver.snapshot.routes()))


def _is_ours(spec: str, bound: Sequence[Endpoint], served: Callable[[str], Iterable[Endpoint]]) -> bool:
    try:
        return forwards.is_listening(spec, bound, served)
    except ValueError:  # a server that is none any more
        return False


def exchange_counts(forwarder: Forwarder) -> ExchangeCounts:
    """What came of questions put to upstreams."""
    counters = forwarder.counters
    return ExchangeCounts(
        in_flight=forwarder.in_flight,
        joined=counters["joined"],
        overflow=counters["overflow"],
        failed=counters["failed"],
        timed_out=counters["timed_out"],
        hedged=counters["hedged"],
        prefetched=counters["prefetched"],
        malformed=counters["malformed"],
        mismatched=counters["mismatched"],
        unexpected=counters["unexpected"],
        guessed=counters["guessed"],
        bad_cookies=counters["bad_cookies"],
        send_errors=counters["send_errors"],
        socket_errors=counters["socket_errors"],
    )

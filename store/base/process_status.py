# SPDX-License-Identifier: GPL-3.0-or-later
"""What each kind of process says of itself: the fields of RUN/<role>.json, which store.base.status writes and reads.

A field's name is its key in the file, and an older or newer process may be beside us during an update: fields may be
added, none changes its name or type. Each has a default, which also stands for what does not read. A process that is
not here (the web UI, the keepalive) says nothing; what the supervisor says of its children holds for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from native.finder import PLAIN, Running
from store.base.helper_statuses import STALE_SECONDS as STALE_SECONDS
from store.base.helper_statuses import CertificateFault as CertificateFault
from store.base.helper_statuses import CertificateStatus as CertificateStatus
from store.base.helper_statuses import DhcpState as DhcpState
from store.base.helper_statuses import DhcpStatus as DhcpStatus
from store.base.helper_statuses import EncryptedStatus as EncryptedStatus
from store.base.helper_statuses import EvidenceStatus as EvidenceStatus
from store.base.helper_statuses import FirewallStatus as FirewallStatus
from store.base.helper_statuses import InsightStatus as InsightStatus
from store.base.helper_statuses import Moment as Moment
from store.base.helper_statuses import RecursorState as RecursorState
from store.base.helper_statuses import RecursorStatus as RecursorStatus
from store.base.helper_statuses import Status as Status
from store.base.row_counts import RowCounts
from store.base.sentences import SentenceText

NO_ROWS = RowCounts()


class ChildState(StrEnum):
    """`waiting`: for its next start. `asleep`: it ended since nobody needed it, and starts for whoever does. `failing`:
    restarted so often within a minute that a restart is no cure."""

    RUNNING = "running"
    ASLEEP = "asleep"
    WAITING = "waiting"
    FAILING = "failing"

OWN_RESOLVER = "unbound"  # the spec of our own resolver, where a record or a page says who answered

@dataclass(frozen=True, slots=True)
class ChildStatus:
    """A child as the supervisor sees it; pid and started (Unix seconds) are None while there is no process."""

    role: str = ""
    pid: int | None = None
    started: float | None = None
    restarts_last_minute: int = 0
    state: ChildState = ChildState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorStatus(Status):
    """`dns` and `web` are endpoints as they were bound; warnings are sentences. `read_only`: nothing can be changed."""

    version: str = ""
    state: str = ""
    dns: tuple[str, ...] = ()
    web: str = ""
    read_only: bool = False
    warnings: tuple[SentenceText, ...] = ()
    fallbacks: tuple[SentenceText, ...] = ()  # as the workers'
    restored: SentenceText = ""  # that config.db was put back while this one ran
    wanted_dns: tuple[str, ...] = ()  # what the settings said at the start, as the next two
    wanted_web: str = ""
    wanted_encrypted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of dot, https, doq
    encrypted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # where they were bound
    workers: int = 0
    may_serve_dhcp: bool = False  # whether it was started with the powers that a DHCP server needs
    unserved_dhcp: SentenceText = ""  # that DHCP is on all the same
    children: tuple[ChildStatus, ...] = ()
    code: Running = PLAIN  # its own and its children's, which are forks of it


@dataclass(frozen=True, slots=True)
class UpstreamStatus:
    """As one worker sees it; rtt_ms is a mean, counts are since its start. `refuses`: it answers nothing but that.

    `fault`: why it cannot be reached; `handshakes`: connections that were begun to it; `spare`: it is a plain one that
    is asked only while none of the encrypted ones answers.
    """

    spec: str = ""
    down: bool = False
    rtt_ms: float = 0.0
    answers: int = 0
    failures: int = 0
    refuses: bool = False
    fault: SentenceText = ""
    handshakes: int = 0
    encrypted: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A client that asked more than it may, how many of its queries were not answered for that, and the last when."""

    client: str = ""
    queries: int = 0
    last: float = 0.0  # Unix seconds


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The compiled lists that a worker answers from."""

    names: int = 0
    slots: int = 0
    generation: int = 0


@dataclass(frozen=True, slots=True)
class CacheStatus:
    """The responses of upstreams that a worker holds."""

    entries: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class ExchangeCounts:
    """What came of questions put to upstreams, since the worker started."""

    in_flight: int = 0
    joined: int = 0
    overflow: int = 0
    failed: int = 0
    timed_out: int = 0
    hedged: int = 0  # put to a second server, since the first took longer than usual
    prefetched: int = 0  # put again shortly before their answers ended
    malformed: int = 0
    mismatched: int = 0
    unexpected: int = 0
    guessed: int = 0  # ports that were given up, since somebody tried ids there
    bad_cookies: int = 0  # answers by which a server said that it does not know its own cookie again
    send_errors: int = 0
    socket_errors: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus(Status):
    """`policy_version` is answered by, not just seen. `queries` were noted, of which `pending` are not sent to the
    recorder and `dropped` never will be; `told` are answers that the wall heard of. Then what the resolver counts, and
    `nat64`, the network's own prefixes."""

    started: float = 0.0
    policy_version: int = 0
    index_generation: int = 0
    index: IndexStatus = IndexStatus()
    cache: CacheStatus = CacheStatus()
    clients: int = 0
    queries: int = 0
    pending: int = 0
    dropped: int = 0
    told: int = 0
    told_lost: int = 0
    ignored: int = 0
    errors: int = 0
    faults: int = 0
    servfail: int = 0
    unsent: int = 0
    tcp_refused: int = 0
    limited: int = 0
    turned_away: tuple[TurnedAway, ...] = ()  # those that asked the most
    exchanges: ExchangeCounts = ExchangeCounts()
    upstreams: tuple[UpstreamStatus, ...] = ()
    nat64: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()  # upstreams that are this appliance itself
    fallbacks: tuple[SentenceText, ...] = ()  # of each file or variable in whose place something else is used
    nowhere: bool = False  # our own resolver, where there is one, answers no question any more


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderStatus(Status):
    """`rows` are written, `buffered` wait, `dropped` had to go; `error` is the last fault until a commit succeeds.

    `begun_at`: when another file became the log while this one or one before it ran, 0: never; `begun_why`: `damaged`
    or `lost`.
    """

    rows: int = 0
    buffered: int = 0
    dropped: int = 0
    last_commit: float = 0.0  # Unix seconds; 0: none yet
    error: SentenceText = ""
    begun_at: float = 0.0  # Unix seconds
    begun_why: str = ""
    crowd_at: float = 0.0  # Unix seconds; when more new addresses asked than become devices, 0: never
    fallbacks: tuple[SentenceText, ...] = ()  # as the workers'
    counts: RowCounts = NO_ROWS  # since this one began


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdaterStatus(Status):
    """`running`: the list that is fetched now; `errors`: list id → what is wrong with it, of those that are on;
    `failures`: how often in a row its fetch failed. `due`: when something will be (Unix seconds; 0: it works just now).
    `index_mark`: of the index as it was left. `trouble`: why nothing at all could be updated."""

    running: str | None = None
    last_run: int = 0  # Unix seconds
    errors: Mapping[str, SentenceText] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    due: float = 0.0
    index_mark: tuple[int, ...] = ()
    trouble: SentenceText = ""


@dataclass(frozen=True, slots=True)
class Statuses:
    """The last word of every process, None for one that has none; workers by role, in the order of their numbers."""

    supervisor: SupervisorStatus | None = None
    workers: Mapping[str, WorkerStatus] = field(default_factory=dict)
    recorder: RecorderStatus | None = None
    updater: UpdaterStatus | None = None
    firewall: FirewallStatus | None = None
    dhcp: DhcpStatus | None = None
    recursor: RecursorStatus | None = None
    evidence: EvidenceStatus | None = None
    insight: InsightStatus | None = None
    certificate: CertificateStatus | None = None
    encrypted: EncryptedStatus | None = None

    def of(self, role: str) -> Status | None:
        """The status of a role; None for one that says nothing."""
        alone = {"supervisor": self.supervisor, "recorder": self.recorder, "updater": self.updater,
                 "firewall": self.firewall, "dhcp": self.dhcp, "recursor": self.recursor, "evidence": self.evidence,
                 "certificate": self.certificate, "insight": self.insight, "encrypted": self.encrypted}  # fmt: skip
        return alone.get(role) or self.workers.get(role)

    def upstream_specs(self) -> list[str]:
        """The upstreams that the workers ask, each once; an option of the command line may have chosen them. Our own
        resolver is none."""
        specs = (upstream.spec for worker in self.workers.values() for upstream in worker.upstreams)
        return list(dict.fromkeys(spec for spec in specs if spec not in ("", OWN_RESOLVER)))

    def live(self, now: Moment) -> Statuses:
        """Without what is left over from a process that is gone, or hangs; of those that work now and then it
        stays true."""
        return replace(
            self,
            supervisor=_live(self.supervisor, now),
            workers={role: worker for role, worker in self.workers.items() if worker.is_live(now)},
            recorder=_live(self.recorder, now),
            firewall=_live(self.firewall, now),
            dhcp=_live(self.dhcp, now),
            encrypted=_live(self.encrypted, now),
            recursor=_live(self.recursor, now),
        )


_S = TypeVar("_S", bound=Status)


def _live(status: _S | None, now: Moment) -> _S | None:
    return status if status is not None and status.is_live(now) else None

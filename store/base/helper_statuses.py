# SPDX-License-Identifier: GPL-3.0-or-later
"""What every process says of itself, and more of those that run only while they are wanted: the
firewall's, DHCP's, evidence's, the certificate's, and the one that keeps our own resolver (unbound).

As process_status, whose other half this is: each field has a default, and none changes its name or type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from store.base.hidden_home import HiddenHome
from store.base.sentences import SentenceText, say

# A status older than this is not believed: each process writes its own every second to five, the updater alone when it
# works. The supervisor kills a worker that is silent for half as long (appliance.process.heartbeat).
STALE_SECONDS = 30.0
NOBODY_HIDES = HiddenHome()


class Moment(NamedTuple):
    """Now, by the clock of the wall (Unix seconds) and by the one that never jumps (time.monotonic)."""

    time: float
    clock: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What stands in every file; whoever writes it fills these three in."""

    pid: int = 0
    time: float = 0.0  # Unix seconds
    clock: float = 0.0  # CLOCK_MONOTONIC, the same for all processes of a machine; 0 from one that does not say it

    def is_live(self, now: Moment) -> bool:
        """Whether it was written within STALE_SECONDS of now, before or after.

        A Pi without a clock of its own jumps by years when it first hears the time, which says nothing of a process.
        """
        age = now.clock - self.clock if self.clock else now.time - self.time
        return abs(age) <= STALE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallStatus(Status):
    """How the wall stands, and what it caught by kind (`counters`, since it was put up); `error`: the last change."""

    mode: str = ""
    standing: bool = False
    switches: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[SentenceText, ...] = ()
    redirects_to: Mapping[str, int] = field(default_factory=dict)
    redirects_at: Mapping[str, str] = field(default_factory=dict)  # IP version → address, where it is one alone
    lowered: Mapping[str, SentenceText] = field(default_factory=dict)  # switch → why it does less than it is set to
    applied: float | None = None  # Unix seconds
    error: SentenceText = ""
    counters: Mapping[str, int] = field(default_factory=dict)
    caught: int = 0
    answers: int = 0
    lost_answers: int = 0
    waiting: int = 0
    unwritten: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStatus(Status):
    """Of the last pass: hours that were read, and those that were left for the next; `error`: what a person must see
    to; `log_damaged`: the query log is of no use, which is the recorder's to mend."""

    read: int = 0
    left: int = 0
    error: SentenceText = ""
    log_damaged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightStatus(Status):
    """Of the last look at what the query log tells of the home."""

    hidden_home: HiddenHome = NOBODY_HIDES  # who stands for the whole home; without a cause: nobody


@dataclass(frozen=True, slots=True)
class CertificateFault:
    """What is wrong with a certificate. `bad`: no client takes it; else a warning. `id` says nothing of the home."""

    id: str = ""
    bad: bool = False
    sentence: SentenceText = ""
    cure: SentenceText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateStatus(Status):
    """The certificate in force, as it was looked at last; `source` "": there is none. Times are Unix seconds.

    `server_name`: under which clients reach encrypted DNS; `wildcard`: whether names right below it are held as well,
    so that a device may have one of its own. `seen`: what the files were like, to tell whether this is still true.
    """

    source: str = ""
    certificate: str = ""
    key: str = ""
    server_name: str = ""
    wildcard: bool = False
    title: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    begin: int = 0
    until: int = 0
    fingerprint: str = ""
    key_kind: str = ""
    authority_fingerprint: str = ""
    authority_until: int = 0
    faults: tuple[CertificateFault, ...] = ()
    seen: str = ""

    @property
    def usable(self) -> bool:
        """Whether clients take it."""
        return bool(self.source) and not any(fault.bad for fault in self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedStatus(Status):
    """Of encrypted DNS for clients, by kind (dot, https, doq): where it listens (`bound`), connections since its start,
    queries, and what was `refused` by why. `open` connections now; `waiting` queries; `lost` ones that nobody answered.

    `serving`: there is a certificate; `error`: why there is none, or why the newest one cannot be used.
    """

    started: float = 0.0  # Unix seconds
    serving: bool = False
    error: SentenceText = ""
    bound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: int = 0
    connections: Mapping[str, int] = field(default_factory=dict)
    queries: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    lost: int = 0


class DhcpState(StrEnum):
    """`looking`: whether somebody else hands out addresses; `refused`: somebody does; `failing`: dnsmasq keeps ending,
    or cannot be started; `wrong`: it cannot be served as it is set; `unserved`: it is on, and there is no process that
    could serve it (no keeper says so of itself)."""

    OFF = "off"
    LOOKING = "looking"
    REFUSED = "refused"
    SERVING = "serving"
    FAILING = "failing"
    WRONG = "wrong"
    UNSERVED = "unserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpStatus(Status):
    """How DHCP stands. `others`: servers that answered at the last look, at `looked` (Unix seconds; 0: never).

    `asked`: the id of the last look that somebody asked for, with whom it met and why it could not be made.
    """

    state: DhcpState = DhcpState.OFF
    interface: str = ""
    error: SentenceText = ""
    notes: tuple[SentenceText, ...] = ()
    others: tuple[str, ...] = ()
    looked: float = 0.0
    allowed_beside: bool = False
    server_pid: int = 0
    asked: str = ""
    asked_others: tuple[str, ...] = ()
    asked_error: SentenceText = ""


class RecursorState(StrEnum):
    """`starting`: it does not answer yet; `failing`: it keeps ending, or does not answer; `missing`: not installed."""

    OFF = "off"
    STARTING = "starting"
    SERVING = "serving"
    FAILING = "failing"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursorStatus(Status):
    """How our own resolver stands: it answers on `port` of loopback, and asks the workers on `relay_port`.

    `validates`: whether it checks signatures now; `clock_wrong`: it does not, for this machine's clock is not set.
    `reaches`: whether it got an answer at its last look, from name servers or through the relay. `anchors_error`: why
    the household's anchors are not used. `insecure`: domains whose signatures are not looked at.
    """

    state: RecursorState = RecursorState.OFF
    port: int = 0
    relay_port: int = 0
    error: SentenceText = ""
    recursive: bool = False
    validates: bool = False
    clock_wrong: bool = False
    reaches: bool = True
    anchors_error: SentenceText = ""
    insecure: tuple[str, ...] = ()
    server_pid: int = 0
    server_since: float = 0.0  # Unix seconds
    memory_kib: int = 0
    restarts: int = 0  # that nobody asked for, since the keeper began

    def problems(self, *, nowhere: bool = False) -> Iterator[tuple[str, SentenceText, SentenceText]]:
        """What is wrong, each with its cure. `nowhere`: the workers hear no answer of it any more."""
        if self.error and self.state is not RecursorState.SERVING:
            yield "recursor_error", self.error, say("The page Settings, “Forged answers”, says how it stands.")
        elif self.recursive and (nowhere or not self.reaches):
            yield (
                "recursor_alone", say("This machine’s own resolver gets no answer from the internet’s name servers."),
                say("Look whether the internet is there; some providers let nobody ask on port 53."),
            )  # fmt: skip
        elif self.validates and not self.recursive and not self.reaches:
            yield (
                "signatures_missing",
                say("What the upstreams say of the root does not stand the check, so nothing new is answered."),
                say("They pass no signatures, or somebody answers in their place: choose others that check signatures, "
                    "best over TLS or HTTPS; or set dnssec to off meanwhile."),
            )  # fmt: skip
        if self.clock_wrong:
            yield (
                "clock_wrong", say("This machine’s clock is not set: no signature is checked until it is."),
                say("It is mostly set within minutes, once the internet is there; `timedatectl` says more."),
            )  # fmt: skip
        if self.anchors_error:
            cure = say("Correct dnssec_anchors where it is set; until then the root’s own keys are used.")
            yield "anchors_error", self.anchors_error, cure

# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall caught, as the page shows it, and how the wall stands, in words. Pure but for the clock it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from firewall.sight import Sight
from store.base.process_status import FirewallStatus
from store.base.sentences import say, together
from store.config.choices import WallMode
from store.config.wall_switches import KINDS
from store.wall.bypass import BypassRow

MODES = {
    WallMode.OFF: say("Off: nothing is looked at."),
    WallMode.WATCH: say("Watch: count what goes around DNS, and let it pass."),
    WallMode.ENFORCE: say("Enforce: send port 53 here, and refuse the rest."),
}


@dataclass(frozen=True, slots=True)
class BypassLine:
    """One client's connections to one destination."""

    device: str
    device_id: int | None
    client: str
    kind: str
    title: str
    address: str
    port: int
    protocol: str
    company: str | None
    refused: bool
    count: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class KindTotal:
    """A kind with its counts in a range of time."""

    kind: str
    title: str
    watched: int
    refused: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why no row is there: `heading` and `why` where nobody looked, else "" and what limits the look; `since`: when
    it began, where that was after the beginning of the range (Unix seconds).
    """

    heading: str
    why: str
    since: float | None = None


def lines(rows: Iterable[BypassRow], names: Mapping[int, str]) -> list[BypassLine]:
    """The rows with the names of their devices."""
    return [
        BypassLine(
            names.get(row.device_id or 0, row.client), row.device_id if row.device_id in names else None, row.client,
            row.kind, title(row.kind), row.address, row.port, row.protocol, row.company, row.refused, row.count,
            row.first, row.last,
        )
        for row in rows
    ]  # fmt: skip


def totals(counts: Mapping[str, tuple[int, int]]) -> list[KindTotal]:
    """Every kind that was caught, the most first."""
    made = [KindTotal(kind, title(kind), watched, refused) for kind, (watched, refused) in counts.items()]
    return sorted(made, key=lambda total: (-total.watched - total.refused, total.kind))


def nothing(seen: Sight, from_: float, readable: bool = True) -> Nothing:
    """What to say where no row is; `from_`: the beginning of the range, in Unix seconds."""
    if not readable:
        return Nothing(say("Not known"), say("What the wall caught cannot be read now; try again in a moment."))
    if not seen.sees:
        return Nothing(say("Not visible from here"), together(*filter(None, (seen.why, seen.cure))))
    since = seen.since if seen.since is not None and seen.since > from_ else None
    return Nothing("", seen.only, since)


def title(kind: str) -> str:
    """What people call a kind."""
    return KINDS.get(kind) or kind[:1].upper() + kind[1:]


def stands(mode: WallMode, firewall: FirewallStatus | None, seen: Sight) -> list[str]:
    """How the wall stands, a sentence each; `firewall` is what its process says, None while none reports."""
    if mode == WallMode.OFF:
        return [say("The wall is off. Devices that go around DNS are neither seen nor stopped.")]
    if firewall is None:
        return [seen.why, seen.cure]
    sentences: list[str] = []
    if firewall.error:
        sentences.append(say("The last change was not carried out: {why}", why=firewall.error))
    if firewall.standing:
        sentences.append(
            say("The wall watches: it counts, and everything passes.")
            if firewall.mode == WallMode.WATCH
            else say("The wall holds: port 53 is answered here, other ways around DNS are refused.")
        )
    return [*sentences, *firewall.notes]

# SPDX-License-Identifier: GPL-3.0-or-later
"""What a query log can do, whichever engine keeps it. Its one writer is the recorder's; whoever shows or judges reads.

                LogWriter                         LogReader
    SQLite      store.log.sqlite_writer           store.stats.sqlite_reader
    a list      tests/fixtures/memory_log.py      the same; a test holds both to the same numbers

Times are µs since 1970, ranges half open.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from store.base.sentences import Sentence
from store.log.batches import Columns, Reduce
from store.log.name_facts import NameFacts
from store.log.records import QueryRow
from store.log.values import (
    Bucket,
    CompanyCounts,
    CompanyName,
    Counted,
    HourCounts,
    ListHits,
    NameQueries,
    Page,
    QueryFilter,
    Reported,
    Reports,
    Retained,
    Summary,
    Top,
    TrackingPair,
)
from store.rules.rule_hit import RuleHits

DeviceOf = Callable[[str], int | None]
"""The device that an address belongs to, None while it has none."""


class LogError(Exception):
    """The log cannot be read or written just now: there is none yet, the disk is full, another holds it."""


class LogDamaged(LogError):  # noqa: N818 - named for the state of things
    """The log may be damaged; it stays unusable until its writer begins anew."""


class LogWriter(Protocol):
    """A row that was added is in the log, waits for the next commit, or is counted as dropped; none is lost unseen.

    All but `add`, `gone` and `save` raise LogError; then nothing has changed, and everything still waits.
    """

    @property
    def path(self) -> Path:
        """The file that whoever reads the log opens."""

    @property
    def fallbacks(self) -> tuple[Sentence, ...]:
        """A sentence for each file that could not be used and was put aside."""

    @property
    def waits_for(self) -> str:
        """Why the log cannot be opened just now, "" when it is open; the next commit tries again."""

    @property
    def buffered(self) -> int:
        """Rows that wait for the next commit."""

    @property
    def written(self) -> int:
        """Rows that were committed since the start."""

    @property
    def dropped(self) -> int:
        """Rows that had to be let go since the start."""

    def restore(self, device_of: DeviceOf) -> int:
        """Before anything is added: take up what a writer before this one saved and never committed; how many rows."""

    def add(self, batch: Columns, device_of: DeviceOf) -> None:
        """Take a batch. A client that has no device yet is asked for once more when its rows are written."""

    def follow_privacy(self, reduce: Reduce | None) -> None:
        """What may be written down of the batches that are added from now on; None: everything."""

    def gone(self, worker: int, started_us: int, noted: int, sent: int) -> None:
        """A worker's process, of which no batch comes any more, had noted and sent so many rows in all.

        What never came is counted as dropped. To be told after the last of its batches, and once.
        """

    def save(self) -> None:
        """Write what waits where the writer after a killed one finds it. Raises OSError."""

    def commit(self, keep_days: int, seen: bool = True, imported_days: int | None = None) -> int:
        """Write all that waits, and how many rows that were. What is too old by then may make room.

        seen: also when each client was seen, which costs, and can wait until somebody looks. imported_days: how long
        imported history is kept that is older than this log; None: as everything.
        """

    def forget_cached(self) -> None:
        """Hold no more in memory than rows that wait; what is needed is read again."""

    def roll(self) -> bool:
        """Do a little of what makes counts quick to read, of what is over; whether there was any."""

    def follow_facts(self, facts: NameFacts) -> None:
        """Whose names are is as these facts say from here on: of new names at once, of all others by `attribute`."""

    def attribute(self) -> bool:
        """Look at some names whose facts may have changed; whether there were any. Counts agree with names always."""

    def retain(self, keep_days: int, max_mb: int, imported_days: int | None = None) -> Retained:
        """Delete a little of what is older than this, or beyond this size in MiB, the oldest first. See `commit`."""

    def work(self, step: Callable[[Any], bool]) -> bool:
        """Let a step of a task (store.imports) work with what is the engine's own; returns what it returns."""

    def merge_device(self, old: int, new: int) -> None:
        """The records of a device are another's, as it turned out."""

    def follow_merged(self, merged: Mapping[int, int]) -> None:
        """Show the records of each device as those of the one that a person made it one with (device → what it is
        now); where that was taken back, as its own again.
        """

    def copy_names(self, devices: Mapping[int, str], titles: Mapping[str, str]) -> None:
        """Bring the names of devices and the titles of blocklists into the log; unchanged ones cost no write.

        A list that blocks for the first time later has its title at once, too."""

    def follow_file(self) -> bool:
        """Whether the log was deleted, replaced or moved meanwhile, and is begun anew or taken up. What waits stays."""

    def begin_anew(self, error: LogDamaged) -> None:
        """Put a damaged log aside and begin a new one. What waited is counted as dropped in it."""

    def close(self) -> None:
        """What still waits stays where it was saved."""


class RangeCounts(Protocol):
    """Counts over one range, for all devices or one; all of them from one consistent look at the log."""

    def summary(self) -> Summary:
        """The totals."""

    def timeline(self, step_us: int) -> list[Bucket]:
        """Every step of the range, empty ones too; the last may be cut short. ValueError for too many steps."""

    def top(
        self, of: str, verdict: int | None = None, limit: int = 10, kind: str | None = None, last: bool = True
    ) -> list[Top]:
        """The most asked `names`, `companies`, `devices` or `lists`, most first, equals by label, each with when it was
        asked last; ValueError for anything else. With a verdict, what was asked with that; with a kind, what was asked
        for names of that kind (lists have none: ValueError).

        Names, devices and lists come by queries. Companies, of which each has a row for each kind, and devices by kind,
        come by look-ups. A name without a known company counts under the key None, and so does a client without a
        device. Without `last`, which costs most, `last_us` is 0.
        """

    def hours(self, company: str | None = None) -> list[HourCounts]:
        """Every hour of UTC in which something was looked up, ascending: of all companies, or of this one (upper and
        lower case of ASCII are the same). The first and the last may be cut short by the range.
        """

    def reporters(self) -> dict[int, Reports]:
        """Device id → what of kind tracking it asked for, for every device that did."""

    def tracking_pairs(self) -> list[TrackingPair]:
        """Each device with each company that it reported to, the most look-ups first, equals by label and company."""

    def tracking_names(self, company: str, limit: int = 20) -> list[CompanyName]:
        """The names of kind tracking that were asked for of a known company, the most queries first."""

    def busiest(self, among: Collection[int]) -> tuple[int, Reported] | None:
        """Of these devices the one that reported most to one known company, and what; of equals the lower id."""

    def company(self, name: str, names: int = 100, since: bool = True) -> CompanyCounts | None:
        """What was asked of a company, with `names` of its names at most; None for one that the log knows nothing of.

        Upper and lower case of ASCII are the same. Without `since` nobody looks when each device asked it first and
        last, which costs most.
        """

    def of_names(self, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Of these names those that were asked for, with their queries and how many of them were blocked."""


class LogReader(Protocol):
    """Each call sees one state of the log. All raise LogError."""

    def counts(self, from_us: int, to_us: int, device: int | None = None) -> AbstractContextManager[RangeCounts]:
        """Ask within the context; what several counts share is read once."""

    def queries(self, wanted: QueryFilter, cursor: str | None = None, limit: int = 100) -> Page:
        """A page, newest first. ValueError for a cursor that is none of ours and for a verdict that does not exist.

        A cursor is the one of `Page`, or `cursor_at` of a time: what was asked before it.
        """

    def count(self, wanted: QueryFilter, cursor: str | None = None) -> Counted:
        """How many records fit, the newest first, as far as one look goes. ValueError as `queries`."""

    def export(self, wanted: QueryFilter) -> Iterator[list[QueryRow]]:
        """All records that fit, the oldest first, in parts; from one look at the log, which is held until the last.

        ValueError as `queries`, with the first part.
        """

    def name_queries(
        self, names: Iterable[str], endings: Iterable[str], from_us: int, to_us: int, limit: int = 200
    ) -> list[NameQueries]:
        """Queries for these names, and for names below the endings (`dns.example` holds `a.dns.example`), by client and
        name, the latest first.
        """

    def active_hours(self, devices: Iterable[int], from_us: int, to_us: int) -> dict[int, int]:
        """Device id → in how many different hours of the range it asked anything; without those that did not."""

    def device_queries(self, from_us: int, to_us: int) -> dict[int, int]:
        """Device id → its queries in the range, without those that asked nothing; cheap, as `counts` is not."""

    def ends(self) -> tuple[int, int] | None:
        """The times of the first and of the last record, None while there is none."""

    def devices_seen(self) -> dict[int, tuple[int, int]]:
        """Device id → the times of the first and last record that were ever written for it."""

    def list_hits(self, blocklist_id: str, from_us: int, to_us: int) -> ListHits:
        """What a blocklist decided in the range."""

    def rule_hits(self, blocklist_id: str, from_us: int, to_us: int, seconds: float = 1.0) -> RuleHits:
        """How often each rule of a blocklist decided in the range, as far back as can be counted in this time."""

    def names_like(self, text: str, limit: int) -> list[str]:
        """Names that hold the text (lower case), at most so many: those that begin with it first, then those of which a
        later label does. Not all where looking took too long.
        """

    def companies_like(self, text: str, limit: int) -> list[str]:
        """Companies whose name holds the text, those that begin with it first; upper and lower case of ASCII alike."""

    def version(self) -> int:
        """Another number after each commit of the writer; costs next to nothing."""

    def close(self) -> None:
        """Let go of the log."""

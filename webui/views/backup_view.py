# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of backups says of a file: part by part, what it holds and what would become of what is here. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store.backup.part_changes import PartChange
from store.base.sentences import mark, recall, say, say_count, together

ACCESS = "access"  # the part that comes only when it is asked for
# Part → its title, and what is in it.
TITLES: Mapping[str, tuple[str, str]] = {
    "settings": (mark("Settings"), mark("what was set on the settings page")),
    "schedules": (mark("Times"), mark("schedules")),
    "groups": (mark("Groups"), mark("and which devices are in them")),
    "devices": (mark("Devices"), mark("their names, MAC addresses, networks and addresses")),
    "lists": (mark("Blocklists"), mark("lists that were added, what is on or off for whom, services, safe search")),
    "rules": (mark("Rules"), mark("your own")),
    "wall": (mark("Wall"), mark("its switches for groups and devices")),
    "names": (mark("Local names"), mark("records, and domains that other servers answer")),
    "dhcp": (mark("DHCP"), mark("fixed addresses")),
    "corrections": (mark("Corrections"), mark("what you said of whose names are")),
    "findings": (mark("Findings"), mark("which you have seen, muted or done")),
    "idle_tests": (mark("Idle tests"), mark("their results; those that are here stay, and no undo takes them away")),
    "pauses": (mark("Pauses"), mark("what is paused or let through for a while, and what was asked for")),
    ACCESS: (mark("Password and tokens"), mark("as hashes; taking them ends every log-in, this one too")),
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a file. `effect`: what restoring it does, `changes`: that it does anything; `ticked`: it is wanted."""

    part: str
    title: str
    about: str
    holds: str
    effect: str
    changes: bool
    ticked: bool


def lines(counts: Sequence[PartChange], ticked: Sequence[str]) -> list[PartLine]:
    """The parts in their order."""
    return [
        PartLine(each.part, recall(TITLES[each.part][0]), recall(TITLES[each.part][1]),
                 say_count(each.rows, "{count:,} row in the file", "{count:,} rows in the file"), _effect(each),
                 bool(each.added or each.changed or each.removed), each.part in ticked)
        for each in counts
    ]  # fmt: skip


def done(altered: int) -> str:
    """What is said after a restore."""
    if not altered:
        return say("All of that was as in the backup already; nothing was changed.")
    return say_count(altered, "Restored: {count:,} row is another now.", "Restored: {count:,} rows are others now.")


def _effect(change: PartChange) -> str:
    if change.part == ACCESS:
        return say("Stays as it is here, unless it is ticked.")
    counted = (
        (change.added, say_count(change.added, "{count:,} row comes", "{count:,} rows come")),
        (change.changed, say_count(change.changed, "{count:,} row changes", "{count:,} rows change")),
        (change.removed, say_count(change.removed, "{count:,} row goes", "{count:,} rows go")),
    )
    effects = [words for count, words in counted if count]
    return together(*effects, between=", ") if effects else say("Nothing would change.")

# SPDX-License-Identifier: GPL-3.0-or-later
"""A result as JSON, and back: how it is kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from itertools import accumulate, pairwise
from typing import Any

from evidence.idle_test.result import FORM, AddressSeen, Counts, Limits, NameAsked, NameBeat, TestResult
from store.names.purpose import Kind, Purpose


def plain(result: TestResult) -> dict[str, Any]:
    """What `result_of` makes the same of again; counts as lists, times each less the one before."""
    return {
        **asdict(result), "form": FORM, "counts": astuple(result.counts), "unblocked": astuple(result.unblocked),
        "names": list(map(_plain_name, result.names)),
    }  # fmt: skip


def result_of(kept: Mapping[str, Any]) -> TestResult:
    """Raises KeyError, TypeError or ValueError for what is none."""
    fields = {name: value for name, value in kept.items() if name != "form"}
    limits = fields["limits"]
    return TestResult(**{
        **fields, "counts": Counts(*fields["counts"]), "unblocked": Counts(*fields["unblocked"]),
        "names": tuple(map(_name, fields["names"])),
        "limits": Limits(**{
            **limits, "silences": tuple((from_us, to_us) for from_us, to_us in limits["silences"]),
            "restarts": tuple(limits["restarts"]),
            "addresses": tuple(AddressSeen(**each) for each in limits["addresses"]),
        }),
    })  # fmt: skip


def _plain_name(name: NameAsked) -> dict[str, Any]:
    return {
        **asdict(name), "counts": astuple(name.counts), "unblocked": astuple(name.unblocked),
        "times": [later - earlier for earlier, later in pairwise((0, *name.times))],
    }  # fmt: skip


def _name(fields: Mapping[str, Any]) -> NameAsked:
    return NameAsked(**{
        **fields, "purpose": Purpose(fields["purpose"]), "kind": Kind(fields["kind"]),
        "counts": _counts(fields["counts"]), "unblocked": _counts(fields["unblocked"]),
        "beat": NameBeat(**fields["beat"]) if fields["beat"] else None, "blocked_by": tuple(fields["blocked_by"]),
        "times": tuple(accumulate(fields["times"])),
    })  # fmt: skip


def _counts(values: Sequence[int]) -> Counts:
    return Counts(*values)

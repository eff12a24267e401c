# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record shows: the findings, the latest first, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from evidence.findings import cure_acts, decide_finding, finding_lines, finding_rows
from evidence.findings.finding import FindingKind, FindingState
from evidence.findings.finding_rows import FindingFilter
from evidence.findings.finding_words import KINDS, STATES
from store.base.sentences import say, say_count, together
from store.config import devices
from webui.api import shapes
from webui.evidence.evidence_deps import Evidence, EvidenceEdit
from webui.http import permissions
from webui.http.auth import next_page
from webui.http.deps import Config, Engine
from webui.numbers.home_view import ROWS, Row
from webui.pages.templating import back_to, page

router = APIRouter(prefix="/evidence", dependencies=[permissions.sees])

PAGE = 50
MAX_NUMBERS = 4_000  # characters: all that a page shows, by their numbers
OPEN = (FindingState.NEW, FindingState.SEEN)  # what is shown where nothing else is asked for

Key = TypeVar("Key")
Numbers = Annotated[str, Form(alias="id", max_length=MAX_NUMBERS, pattern=r"^[0-9]{1,18}(,[0-9]{1,18})*$")]
Chosen = Annotated[str, Query(max_length=200)]


@router.get("")
def findings(
    request: Request, con: Evidence, config: Config, kind: Chosen = "", device: Chosen = "", company: Chosen = "",
    state: Chosen = "", before: Chosen = "",
) -> Response:  # fmt: skip
    """A form's empty field, and what is no choice, means all."""
    states = (FindingState(state),) if state in set(FindingState) else OPEN
    wanted = FindingFilter(
        FindingKind(kind) if kind in set(FindingKind) else None, _number(device), company or None, states=states
    )
    rows = finding_rows.findings(con, wanted, PAGE, _number(before) or 0)
    names = devices.names(config)
    counts = finding_rows.counts(con, wanted)
    return page(
        request,
        "findings_page.html",
        lines=finding_lines.lines(rows, names),
        answer=_answer(counts, names),
        by_kind=_by_kind(counts, device),
        by_device=_by_device(counts, names, wanted.kind),
        filtered=bool(wanted.kind or wanted.device or wanted.company or state),
        older=rows[-1].id if len(rows) == PAGE else None,
        kinds=KINDS,
        states=STATES,
        devices=sorted(names.items(), key=lambda item: item[1].casefold()),
        wanted=wanted,
        state=states[0] if len(states) == 1 else None,
        address=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    )


@router.post("/findings/state")
def change(
    engine: Engine,
    con: EvidenceEdit,
    id_: Numbers,
    state: Annotated[FindingState, Form()],
    back: Annotated[str, Form(max_length=500)] = "/evidence",
) -> Response:
    """`id`: of a finding, or of several by commas, which is one change."""
    numbers = [int(number) for number in id_.split(",")]
    decide_finding.decide_all(engine, con, numbers, state, time.time_ns() // 1000)
    return back_to(next_page(back))


@router.post("/findings/cure")
def do_cure(
    engine: Engine, con: EvidenceEdit, id_: Numbers, back: Annotated[str, Form(max_length=500)] = "/evidence"
) -> Response:  # fmt: skip
    """The one act that ends these, and what is said of them, as one change that one Undo takes back."""
    rows = [finding_rows.finding(con, number) for number in dict.fromkeys(map(int, id_.split(",")))]
    cure_acts.do(engine, con, rows, time.time_ns() // 1000)
    return back_to(next_page(back))


Counts = Mapping[tuple[FindingKind, int], int]
"""Kind and device → how many findings."""


def _answer(counts: Counts, names: Mapping[int, str]) -> str:
    """What these findings say, in a sentence."""
    total = sum(counts.values())
    if not total:
        return say("Nothing here wants a look.")
    of_device = _summed((names.get(number, ""), count) for (_, number), count in counts.items())
    device = max(of_device, key=lambda each: (bool(each), of_device[each], each))
    leaks = sum(count for (kind, _), count in counts.items() if kind is FindingKind.LEAK)
    first = say_count(
        total, "{count:,} finding, {leaks:,} of them tracking that was answered.",
        "{count:,} findings, {leaks:,} of them tracking that was answered.", leaks=leaks,
    )  # fmt: skip
    if not device:
        return first
    return together(first, say("Most are of {device}: {count:,}.", device=device, count=of_device[device]))


def _by_kind(counts: Counts, device: str) -> list[Row]:
    of_kind = _summed((kind, count) for (kind, _), count in counts.items())
    return [
        Row(KINDS[kind], count, 0, count, 0, f"/evidence?{urlencode({'kind': kind.value, 'device': device})}")
        for kind, count in sorted(of_kind.items(), key=lambda item: -item[1])
    ]  # fmt: skip


def _by_device(counts: Counts, names: Mapping[int, str], kind: FindingKind | None) -> list[Row]:
    of_device = _summed((number, count) for (_, number), count in counts.items())
    rows = [
        Row(names.get(number, say("the home")), count, 0, count, 0,
            f"/evidence?{urlencode({'device': number, 'kind': kind.value if kind else ''})}" if number in names else "")
        for number, count in sorted(of_device.items(), key=lambda item: -item[1])
    ]  # fmt: skip
    return rows[:ROWS]


def _summed(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= shapes.MAX_ID else None

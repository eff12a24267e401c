# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change would have done to the queries of the past; nothing is changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from evidence.whatif.effect import Effect
from evidence.whatif.whatif_jobs import WhatIfJob
from webui.api import shapes
from webui.evidence import whatif_asking
from webui.http import permissions
from webui.http.deps import WebUi
from webui.views.timerange import iso

router = APIRouter(prefix="/whatif", tags=["evidence"], dependencies=[permissions.sees])

JobId = Annotated[str, Path(max_length=40)]


class Question(shapes.Body):
    changes: list[dict[str, Any]] = Field(
        description="each with one key: `toggle` {blocklist, scope, on, level}, `rule` {kind, name, scope, …} or "
        "{remove: ID}, `group` {device, group, member}, or `source`, a URL or an id of the catalogue"
    )
    from_: str = Field(default="-7d", alias="from", max_length=40)
    to: str = Field(default="now", max_length=40)
    background: bool = Field(default=False, description="answer at once with an id, by which the effect is asked for")


class _Part(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OfDevice(_Part):
    device: int | None = Field(description="null: no device was known, the name is the address")
    name: str
    queries: int
    names: int


class OfCompany(_Part):
    company: str | None = Field(description="null: unknown")
    queries: int
    names: int


class Direction(_Part):
    queries: int
    names: int
    devices: int
    by_device: list[OfDevice]
    by_company: list[OfCompany]


class ChangedName(_Part):
    name: str
    company: str | None
    queries: int = Field(description="all of this name")
    before: int = Field(description="how many of them today's policy blocks")
    after: int = Field(description="how many the changed one blocks")
    devices: int = Field(description="how many would notice")


class Warned(_Part):
    kind: str = Field(description="essential, breaks, used or service; same, without a name: the changes are none")
    name: str
    sentence: str


class WhatIf(BaseModel):
    """What the changed policy blocks more and less than today's, of the queries of a range."""

    from_: str = Field(serialization_alias="from")
    to: str
    first: str | None = Field(description="of the records in the range; null: there is none")
    last: str | None
    queries: int
    unjudged: int = Field(description="without a name, which count as they were")
    more: Direction
    less: Direction
    names: list[ChangedName] = Field(description="those that the household asks for most")
    names_left_out: int
    warnings: list[Warned]


class Progress(BaseModel):
    id: str
    done: bool
    share: float = Field(description="of the range, from 0 to 1")
    effect: WhatIf | None


@router.post("", summary="What changes would have done", responses={202: {"model": Progress}})
def ask(body: Question, ui: WebUi, response: Response) -> WhatIf | Progress:
    """Waits for the answer, unless it is asked for in the background."""
    job = whatif_asking.begin(ui, whatif_asking.remote(body.changes), body.from_, body.to)
    if body.background:
        response.status_code = 202
        return _progress(job)
    return shape(whatif_asking.waited(ui, job))


@router.get("/{number}", summary="How far it is, and the effect once it is known")
def progress(number: JobId, ui: WebUi) -> Progress:
    return _progress(whatif_asking.job_of(ui, number))


@router.delete("/{number}", status_code=204, summary="Give a question up")
def cancel(number: JobId, ui: WebUi) -> None:
    ui.questions.end(whatif_asking.job_of(ui, number).id)


def shape(effect: Effect) -> WhatIf:
    known = bool(effect.queries)
    return WhatIf(
        from_=iso(effect.from_us), to=iso(effect.to_us), first=iso(effect.first_us) if known else None,
        last=iso(effect.last_us) if known else None, queries=effect.queries, unjudged=effect.unjudged,
        more=Direction.model_validate(effect.more),
        less=Direction.model_validate(effect.less),
        names=[ChangedName.model_validate(name) for name in effect.names],
        names_left_out=effect.names_left_out,
        warnings=[Warned.model_validate(warned) for warned in effect.warnings],
    )  # fmt: skip


def _progress(job: WhatIfJob[Effect]) -> Progress:
    effect = whatif_asking.effect_of(job, 0.0)
    done = effect is not None  # and not what is so a moment later: whoever reads that it is done finds the effect
    return Progress(id=job.id, done=done, share=job.share, effect=None if effect is None else shape(effect))

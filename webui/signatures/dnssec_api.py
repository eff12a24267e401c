# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking answers (DNSSEC) over the API: how it stands, what fails, and what is answered anyway."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.process_status import RecursorStatus
from store.config.resolving_settings import asks_itself
from store.local import insecure_edit
from store.names.insecure_domains import InsecureDomain
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, Reader, WebUi
from webui.signatures import dnssec_part
from webui.signatures.dnssec_page import refuse_where_locked

router = APIRouter(prefix="/dnssec", tags=["dnssec"], dependencies=[permissions.sees])


class Failure(BaseModel):
    domain: str = Field(description="what somebody registered; a domain to be answered anyway")
    names: list[str]
    times: int
    last: str
    reason: str = Field(description="of the last, by RFC 8914: bogus, expired, …")


class Anyway(BaseModel):
    domain: str = Field(description="with all names below it")
    until: str | None = Field(description="null: for good")


class Checking(BaseModel):
    mode: Literal["off", "trust", "validate"]
    recursive: bool = Field(description="this machine asks the internet's name servers itself")
    state: str = Field(description="of our own resolver: off, starting, serving, failing or missing")
    validates: bool = Field(description="signatures are checked here now")
    clock_wrong: bool = Field(description="they are not, for this machine's clock is not set")
    failures: list[Failure] = Field(description="of the last day, the newest first")
    anyway: list[Anyway]


class NewAnyway(shapes.Body):
    domain: str = Field(max_length=300)
    hours: int = Field(default=insecure_edit.DAY_HOURS, ge=1, le=insecure_edit.MAX_HOURS)


@router.get("", summary="How answers are checked for forgery")
def show(ui: WebUi, reader: Reader) -> Checking:
    settings, now_s = ui.settings(), time.time()
    stands = ui.statuses().recursor if asks_itself(settings) else None
    stands = stands or RecursorStatus()
    return Checking(
        mode=settings.dnssec.value, recursive=settings.recursive == "on", state=stands.state.value,
        validates=stands.validates, clock_wrong=stands.clock_wrong,
        failures=[
            Failure(domain=each.domain, names=list(each.names), times=each.times, reason=each.reason,
                    last=shapes.iso_of_seconds(int(each.last)))
            for each in dnssec_part.grouped(dnssec_part.rows_of(reader, now_s))
        ],
        anyway=[_shape(entry) for entry in dnssec_part.let_through(settings, now_s)],
    )  # fmt: skip


@router.post("/anyway", status_code=201, summary="Answer a domain although its signatures do not hold")
def answer_anyway(body: NewAnyway, ui: WebUi, engine: Engine) -> Anyway:
    """For the whole house, and for so many hours; then it is checked again."""
    refuse_where_locked(ui)
    entry = insecure_edit.answer_anyway(engine, body.domain, body.hours)
    ui.forget_settings()
    return _shape(entry)


@router.delete("/anyway/{domain}", status_code=204, summary="Check a domain again")
def check_again(domain: Annotated[str, Path(max_length=300)], ui: WebUi, engine: Engine) -> None:
    refuse_where_locked(ui)
    insecure_edit.check_again(engine, domain)
    ui.forget_settings()


def _shape(entry: InsecureDomain) -> Anyway:
    return Anyway(domain=entry.domain, until=None if entry.until is None else shapes.iso_of_seconds(int(entry.until)))

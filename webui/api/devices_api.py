# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of the home, what they are called, and what each one asks for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config import devices as store_devices
from store.config import edit
from store.config.devices import DeviceRow
from store.household import groups as household_groups
from webui.api import shapes
from webui.http.deps import Config, Engine, Reader
from webui.http.problems import Problem
from webui.views.timerange import Period, iso, step_us

router = APIRouter(prefix="/devices", tags=["devices"])

DeviceId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
GroupId = Annotated[int, Field(ge=1, le=shapes.MAX_ID)]
# Addresses of one device that are shown, newest first; a phone takes a new IPv6 address a day.
MAX_ADDRESSES = 20
TOP = 10


class Device(BaseModel):
    id: int
    name: str = Field(description="what it is called: as a person named it, else as the network does")
    given_name: str | None = Field(description="as a person named it")
    found_name: str | None = Field(description="as the network knows it")
    mac: str | None
    maker: str | None
    groups: list[int] = Field(description="ids of the groups that it is in")
    addresses: list[str] = Field(description="newest first, twenty at most")
    first_seen: str | None
    last_seen: str | None = Field(description="its last query; null when it never asked one")


class DeviceList(BaseModel):
    items: list[Device]
    next: None = None


class DeviceChange(BaseModel):
    """What is left out stays as it is."""

    name: str | None = Field(default=None, max_length=200, description="null: as the network knows it")
    groups: list[GroupId] = Field(
        default_factory=list, max_length=household_groups.MAX_GROUPS, description="all that it is in; [] for none"
    )


class DeviceStats(shapes.Summary):
    top_names: list[shapes.Top]
    top_companies: list[shapes.Top]
    top_lists: list[shapes.Top]
    timeline: list[shapes.Bucket]


@router.get("", summary="All devices")
def devices(config: Config, reader: Reader) -> DeviceList:
    seen = reader.devices_seen()
    return DeviceList(items=[_shape(row, seen) for row in store_devices.devices(config)])


@router.get("/{device_id}", summary="One device")
def device(device_id: DeviceId, config: Config, reader: Reader) -> Device:
    for row in store_devices.devices(config):
        if row.id == device_id:
            return _shape(row, reader.devices_seen())
    raise Problem(404, say("There is no device {number}.", number=device_id))


@router.patch("/{device_id}", summary="Rename a device, or put it into groups")
def change_device(device_id: DeviceId, body: DeviceChange, engine: Engine, config: Config, reader: Reader) -> Device:
    if "name" in body.model_fields_set:
        edit.rename_device(engine, device_id, body.name)
    if "groups" in body.model_fields_set:
        household_groups.set_groups(engine, device_id, body.groups)
    return device(device_id, config, reader)


@router.get("/{device_id}/stats", summary="What a device asks for")
def device_stats(device_id: DeviceId, config: Config, reader: Reader, period: Period) -> DeviceStats:
    device(device_id, config, reader)
    with reader.counts(period.from_us, period.to_us, device_id) as counts:
        return DeviceStats(
            **shapes.summary(period, counts.summary()).model_dump(),
            top_names=shapes.tops(counts.top("names", limit=TOP)),
            top_companies=shapes.tops(counts.top("companies", limit=TOP)),
            top_lists=shapes.tops(counts.top("lists", limit=TOP)),
            timeline=shapes.buckets(counts.timeline(step_us(None, period))),
        )


def _shape(row: DeviceRow, seen: dict[int, tuple[int, int]]) -> Device:
    last = seen.get(row.id)
    return Device(
        id=row.id,
        name=store_devices.display_name(row),
        given_name=row.name,
        found_name=row.found_name,
        mac=row.mac,
        maker=row.maker,
        groups=list(row.groups),
        addresses=list(row.addresses[:MAX_ADDRESSES]),
        first_seen=shapes.seconds_iso(row.first_seen),
        last_seen=iso(last[1]) if last else None,
    )

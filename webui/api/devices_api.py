# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of the home, what they are called, and what each one asks for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config import devices as store_devices
from store.config.choices import ClientHow, DeviceKind, NameSource
from store.config.devices import ClientRow, DeviceRow
from store.devices import device_edits, device_kinds, kind_edit, kind_rules
from store.household import groups as household_groups
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader
from webui.http.problems import Problem
from webui.views.timerange import Period, iso, step_us

router = APIRouter(prefix="/devices", tags=["devices"], dependencies=[permissions.sees])

DeviceId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
GroupId = Annotated[int, Field(ge=1, le=shapes.MAX_ID)]
# Addresses of one device that are shown, newest first; a phone takes a new IPv6 address a day.
MAX_ADDRESSES = 20
TOP = 10


class Mac(BaseModel):
    mac: str
    private: bool = Field(description="locally administered: made up by the device")
    first_seen: str
    last_seen: str


class Client(BaseModel):
    address: str = Field(description="of whom a trusted router tells no more, the MAC address")
    how: ClientHow = Field(description="by what it is known whose it is, the surest word that there was")
    mac: str | None = Field(description="behind it when it was met last")
    first_seen: str
    last_seen: str


class Device(BaseModel):
    id: int
    name: str = Field(description="what it is called: as a person named it, else as the network does")
    given_name: str | None = Field(description="as a person named it")
    found_name: str | None = Field(description="as the network knows it")
    name_from: NameSource | None = Field(description="whose word that name is; null where it has none")
    mac: str | None = Field(description="the one that was seen last")
    macs: list[Mac] = Field(description="last seen first")
    private_mac: bool = Field(description="all its MAC addresses are made up by itself, and name no maker")
    maker: str | None
    kind: DeviceKind = Field(description="what kind of thing it is: as a person says, else a guess")
    kind_by_hand: bool = Field(description="whether a person says so")
    kind_reason: str = Field(description="by what it was guessed; empty where it was not")
    groups: list[int] = Field(description="ids of the groups that it is in")
    addresses: list[str] = Field(description="newest first, twenty at most")
    clients: list[Client] = Field(description="its addresses, newest first, and how each is known to be its own")
    networks: list[str] = Field(description="addresses and networks that were given to it by hand")
    first_seen: str | None
    last_seen: str | None = Field(description="its last query; null when it never asked one")


class DeviceList(BaseModel):
    items: list[Device]
    next: None = None


class DeviceChange(shapes.Body):
    """What is left out stays as it is."""

    name: str | None = Field(default=None, max_length=200, description="null: as the network knows it")
    groups: list[GroupId] = Field(
        default_factory=list, max_length=household_groups.MAX_GROUPS, description="all that it is in; [] for none"
    )
    networks: list[str] = Field(
        default_factory=list,
        max_length=device_edits.MAX_NETWORKS,
        description="addresses and networks that are its own where no MAC address tells it; the most specific counts",
    )
    kind: DeviceKind | None = Field(default=None, description="what kind of thing it is; null: as it seems to be")


class Merge(shapes.Body):
    into: int = Field(ge=1, le=shapes.MAX_ID, description="the device that stays, with all that both had")


class Split(shapes.Body):
    clients: list[str] = Field(
        min_length=1, max_length=device_edits.MAX_SPLIT, description="addresses or MAC addresses of the device"
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
    for row in store_devices.devices(config, device_id):
        return _shape(row, reader.devices_seen())
    raise Problem(404, say("There is no device {number}.", number=device_id))


@router.patch("/{device_id}", summary="Rename a device, put it into groups, give it addresses or a kind")
def change_device(device_id: DeviceId, body: DeviceChange, engine: Engine, config: Config, reader: Reader) -> Device:
    if "name" in body.model_fields_set:
        device_edits.rename_device(engine, device_id, body.name)
    if "groups" in body.model_fields_set:
        household_groups.set_groups(engine, device_id, body.groups)
    if "networks" in body.model_fields_set:
        device_edits.set_networks(engine, device_id, body.networks)
    if "kind" in body.model_fields_set:
        kind_edit.set_kind(engine, device_id, body.kind)
    return device(device_id, config, reader)


@router.delete("/{device_id}", status_code=204, summary="Forget a device; when it asks again it is a new one")
def forget_device(device_id: DeviceId, engine: Engine) -> None:
    device_edits.forget_device(engine, device_id)


@router.post("/{device_id}/merge", summary="Make a device one with another, which is answered")
def merge_device(device_id: DeviceId, body: Merge, engine: Engine, config: Config, reader: Reader) -> Device:
    device_edits.merge_devices(engine, device_id, body.into)
    return device(body.into, config, reader)


@router.post("/{device_id}/split", status_code=201, summary="Make a device of its own of some addresses of one")
def split_device(device_id: DeviceId, body: Split, engine: Engine, config: Config, reader: Reader) -> Device:
    return device(device_edits.split_device(engine, device_id, body.clients), config, reader)


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


_iso = shapes.iso_of_seconds


def _client(row: ClientRow) -> Client:
    return Client(
        address=row.address, how=row.how, mac=row.mac, first_seen=_iso(row.first_seen), last_seen=_iso(row.last_seen)
    )


def _shape(row: DeviceRow, seen: dict[int, tuple[int, int]]) -> Device:
    last = seen.get(row.id)
    return Device(
        id=row.id,
        name=store_devices.display_name(row),
        given_name=row.name,
        found_name=row.found_name,
        name_from=row.name_from,
        mac=row.mac,
        macs=[
            Mac(mac=mac.mac, private=mac.private, first_seen=_iso(mac.first_seen), last_seen=_iso(mac.last_seen))
            for mac in row.macs
        ],
        private_mac=row.private_mac,
        maker=row.maker,
        kind=device_kinds.kind_of(row.given_kind, row.found_kind),
        kind_by_hand=row.given_kind is not None,
        kind_reason="" if row.given_kind else kind_rules.reason_said(row.kind_reason),
        groups=list(row.groups),
        addresses=list(row.addresses[:MAX_ADDRESSES]),
        clients=[_client(client) for client in row.clients],
        networks=list(row.networks),
        first_seen=_iso(row.first_seen),
        last_seen=iso(last[1]) if last else None,
    )

# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of devices: what is asked of it in the address, in which order it stands, what marks a device. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from store.base.sentences import Sentence, say, say_count
from webui.devices.devices_view import DeviceView

DAY_S = 86_400
NEW_S = 7 * DAY_S  # since it was seen first
SILENT_S = 2 * DAY_S  # since it was seen last; at home, most things ask daily
MAX_LINES = 250  # on a page, unless all are asked for: 5,000 lines take a browser some seconds, and are 8 MB

Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class ListForm:
    """What an address asks of the list; "" for all. `group`: an id; `mark`: new, silent or unnamed. `whole`: beyond
    MAX_LINES."""

    q: str = ""
    kind: str = ""
    group: str = ""
    mark: str = ""
    sort: str = ""
    whole: bool = False

    @property
    def any(self) -> bool:
        return bool(self.q or self.kind or self.group or self.mark)

    @property
    def fields(self) -> dict[str, str]:
        """Its filters and order, as an address has them."""
        return {"q": self.q, "kind": self.kind, "group": self.group, "mark": self.mark, "sort": self.sort}


def asked_list(
    q: Text = "", kind: Text = "", group: Text = "", mark: Text = "", sort: Text = "", whole: bool = False
) -> ListForm:
    """Dependency: the filters and the order of an address; an order that there is not is the usual one."""
    return ListForm(q.strip(), kind, group, mark, sort if sort in SORTS else "", whole)


MARKS: Mapping[str, Sentence] = {
    "new": say_count(7, "new in the last {count} day", "new in the last {count} days"),
    "silent": say("silent for two days"),
    "unnamed": say("without a name"),
}
SORTS: Mapping[str, Sentence] = {
    "": say("most that got through first"), "tracking": say("most tracking first"), "queries": say("busiest first"),
    "seen": say("latest seen first"), "first": say("newest first"), "name": say("by name"),
}  # fmt: skip
_KEYS: Mapping[str, Callable[[DeviceView], tuple[float, ...]]] = {
    "": lambda view: (-view.through, -view.tracking, -view.queries, -(view.last_seen or 0)),
    "tracking": lambda view: (-view.tracking, -view.queries),
    "queries": lambda view: (-view.queries,),
    "seen": lambda view: (-(view.last_seen or 0),),
    "first": lambda view: (-view.first_seen,),
    "name": lambda view: (),
}


def marks(view: DeviceView, now: float) -> list[str]:
    """Of MARKS those that hold."""
    holds = {
        "new": now - view.first_seen < NEW_S,
        "silent": view.last_seen is not None and now - view.last_seen > SILENT_S,
        "unnamed": view.unnamed,
    }
    return [mark for mark, is_so in holds.items() if is_so]


def chosen(views: Iterable[DeviceView], form: ListForm, now: float) -> list[DeviceView]:
    """Those that fit, in order."""
    words = form.q.casefold().split()
    fitting = [
        view for view in views
        if (not form.kind or view.kind == form.kind) and (not form.group or form.group in map(str, view.groups))
        and (not form.mark or form.mark in marks(view, now)) and all(word in _text(view) for word in words)
    ]  # fmt: skip
    return sorted(fitting, key=lambda view: (*_KEYS[form.sort](view), view.name.casefold(), view.id))


def sentence(views: Sequence[DeviceView], when: str) -> str:
    """How many report, in one sentence."""
    reporting, leaking = sum(bool(view.tracking) for view in views), sum(bool(view.through) for view in views)
    known = say_count(len(views), "{count:,} device", "{count:,} devices")
    if not reporting:
        return say("{when} none of {devices} asked for what is known as tracking.", when=when, devices=known)
    return say_count(
        leaking, "{when} {reporting} of {devices} asked for tracking; with {count:,} of them some got through.",
        "{when} {reporting} of {devices} asked for tracking; with {count:,} of them some got through.", when=when,
        reporting=reporting, devices=known,
    )  # fmt: skip


def _text(view: DeviceView) -> str:
    words = (view.name, view.found_name, view.maker, view.kind_said, view.mac, *view.addresses)
    return " ".join(word for word in words if word).casefold()

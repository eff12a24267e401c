# SPDX-License-Identifier: GPL-3.0-or-later
"""What the household of the demo decided in its thirty days, each by the edit that a page or a command makes for it.

A day is counted back from today, an hour is of the home's own time; what would lie in the future is left out. First a
look round, then groups and times, then what came up.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from appliance.demo import past_lists
from appliance.demo.household_devices import DEVICES
from store.base import db
from store.base.sentences import say
from store.config import account, edit
from store.config.choices import NameSource, PackLevel
from store.config.engine import Engine
from store.devices import device_edits, found_names, sightings_store
from store.history import acting, called
from store.history.acting import Acting, Origin
from store.household import exceptions, groups, pauses, requests, safe_search_edit, schedules, service_edit, undo
from store.household.window_input import read_window
from store.local import correction_edit, lease_edit, record_edit

MINUTE = 60
ADMIN = str(say("the admin"))


@dataclass(slots=True)
class PastHome:
    """The home as its decisions need it: ids of devices by name, of groups, schedules and lists by a word of ours."""

    state: Path
    engine: Engine
    now: Callable[[], float]
    devices: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    lists: tuple[str, str] = ("", "")

    def scope(self, device: str) -> str:
        """A device, for an edit."""
        return f"device:{self.devices[device]}"

    def group(self, word: str) -> str:
        """A group, for an edit."""
        return f"group:{self.ids[word]}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that is done on a day at an hour."""

    day: int
    hour: float
    do: Callable[[PastHome], object]


def meet(home: PastHome, names: set[str]) -> None:
    """Devices come into the home: on loopback nothing tells their hardware address and name."""
    with closing(db.connect(home.state / "config.db")) as con:
        for device in DEVICES:
            if device.name in names:
                number = sightings_store.sighted(con, device.address, device.mac)
                sightings_store.set_maker(con, number, device.maker)
                found_names.learn(con, number, NameSource.LEASE, device.name)
                home.devices[device.name] = number


def _first_evening(home: PastHome) -> None:
    home.lists = past_lists.add(home.state, home.engine)
    edit.set_toggle(home.engine, home.lists[0], "house", False)


def _groups(home: PastHome) -> None:
    children = groups.add_group(home.engine, "Children")
    groups.change_group(home.engine, children, {"devices": [home.devices["Poco F5"], home.devices["iPad"]]})
    living = groups.add_group(home.engine, "Living room")
    groups.change_group(
        home.engine, living, {"devices": [home.devices["Samsung TV"], home.devices["Echo in the kitchen"]]}
    )
    home.ids |= {"children": children, "living": living}


def _times(home: PastHome) -> None:
    home.ids["bedtime"] = schedules.add_schedule(home.engine, "Bedtime", [read_window("daily 21:30-06:30")])
    home.ids["homework"] = schedules.add_schedule(home.engine, "Homework", [read_window("mon-fri 15:00-17:00")])
    home.ids["weekend"] = schedules.add_schedule(home.engine, "Weekend", [read_window("sat,sun 00:00-24:00")])
    groups.change_group(home.engine, home.ids["children"], {"schedule": home.ids["bedtime"]})


def _services(home: PastHome) -> None:
    service_edit.set_service(home.engine, "tiktok", True, home.group("children"), home.ids["homework"])
    service_edit.set_service(home.engine, "instagram", True, home.scope("iPad"))
    safe_search_edit.set_safe_search(home.engine, scope=home.group("children"))


def _local_names(home: PastHome) -> None:
    record_edit.add_record(home.engine, "nas.lan", "A", "192.168.1.10", "in the cellar")
    record_edit.add_record(home.engine, "printer.lan", "A", "192.168.1.20")
    record_edit.add_record(home.engine, "photos.lan", "CNAME", "nas.lan")
    lease_edit.add_static(home.engine, "02:00:5e:10:00:10", "192.168.1.10", "nas")
    lease_edit.add_static(home.engine, "02:00:5e:10:00:20", "192.168.1.20", "printer")


def _own_rules(home: PastHome) -> None:
    edit.add_rule(home.engine, "block", "kuaishou.com", True, "nobody here uses it")
    edit.add_rule(home.engine, "allow", "cdn.segment.com", False, "a shop needs it", home.scope("Laptop"))
    edit.add_rule(home.engine, "block", "^ad[sv]?[0-9]*[.]", form="regex", comment="whatever is called so")


def _work(home: PastHome) -> None:
    edit.set_toggle(home.engine, "pack:google", home.scope("Laptop"), False)


def _for_a_while(home: PastHome) -> None:
    exceptions.let_through(home.engine, home.scope("Poco F5"), "log.tiktokv.com", int(home.now()) + 15 * MINUTE, ADMIN)


def _second_thoughts(home: PastHome) -> None:
    edit.add_rule(home.engine, "block", "netflix.com", True, "", home.scope("Samsung TV"))
    undo.undo_last(home.engine)


def _pause(home: PastHome) -> None:
    pauses.pause(home.engine, until=int(home.now()) + 30 * MINUTE, who=ADMIN)


def _asked(home: PastHome, device: str, name: str, note: str) -> int:
    """Somebody at a device asks for a name, on the page that is everybody's."""
    number = home.devices[device]
    with acting.as_(Acting(Origin.DEVICE, say("{device}", device=called.device(number)))):
        return requests.ask_for(home.engine, number, name, note).id


def _granted(home: PastHome) -> None:
    asked = _asked(home, "iPad", "www.instagram.com", "for the class trip")
    requests.grant(home.engine, asked, int(home.now()) + 45 * MINUTE, ADMIN)


def _refused(home: PastHome) -> None:
    requests.refuse(home.engine, _asked(home, "Poco F5", "www.tiktok.com", "please"))


def _waiting(home: PastHome) -> None:
    _asked(home, "iPad", "graph.instagram.com", "stories stay black")


def _correction(home: PastHome) -> None:
    correction_edit.correct(
        home.engine, "jnn-pa.googleapis.com", company="Google", purpose="content", kind="use", note="plays videos"
    )


FIRST = Decision(29, 17.0, _first_evening)
DECISIONS = (
    Decision(29, 18.2, lambda home: account.create_token(home.engine, "Home Assistant", "read")),
    Decision(28, 19.0, _groups),
    Decision(27, 19.5, _times),
    Decision(26, 20.0, _services),
    Decision(25, 11.0, _local_names),
    Decision(24, 12.0, _own_rules),
    Decision(22, 9.2, _work),
    Decision(20, 17.0, lambda home: edit.set_toggle(
        home.engine, "pack:tiktok", home.group("children"), False, schedule=home.ids["weekend"])),
    Decision(16, 20.0, lambda home: edit.set_level(home.engine, "pack:amazon", PackLevel.STRICT)),
    Decision(13, 8.0, lambda home: device_edits.rename_device(home.engine, home.devices["Laptop"], "Work laptop")),
    Decision(12, 21.0, _second_thoughts),
    Decision(6, 10.1, lambda home: device_edits.rename_device(
        home.engine, home.devices["Roborock S8"], "Robot vacuum")),
    Decision(5, 16.5, _refused),
    Decision(5, 20.5, _pause),
    Decision(4, 16.1, _for_a_while),
    Decision(3, 12.0, lambda home: edit.set_toggle(home.engine, home.lists[0], "house", True)),
    Decision(3, 17.0, _granted),
    Decision(2, 9.0, _correction),
)  # fmt: skip
# What still waits when the demo begins: seconds ago.
LATELY = ((90 * MINUTE, lambda home: past_lists.renew(home.state, home.lists)), (40 * MINUTE, _waiting))

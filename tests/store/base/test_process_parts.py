# SPDX-License-Identifier: GPL-3.0-or-later
"""How each process is, in a word."""

from store.base.process_parts import Part, State, failing, find_parts
from store.base.process_status import (
    ChildState,
    ChildStatus,
    FirewallStatus,
    RecorderStatus,
    Statuses,
    SupervisorStatus,
    UpdaterStatus,
)

NOW = 1_795_514_400.0


def supervised(*children: ChildStatus) -> SupervisorStatus:
    return SupervisorStatus(time=NOW, children=children)


def words(live: Statuses) -> dict[str, tuple[str, str]]:
    return {part.role: (part.state.value, part.words) for part in find_parts(live)}


def test_supervisor_and_recorder_are_missed_where_nothing_reports() -> None:
    assert words(Statuses()) == {"supervisor": ("down", "silent"), "recorder": ("down", "silent")}


def test_in_the_order_in_which_a_person_looks() -> None:
    roles = ("demo-upstream", "worker-10", "worker-2", "webui", "updater", "firewall")
    live = Statuses(supervised(*(ChildStatus(role) for role in roles)), recorder=RecorderStatus())
    assert [part.role for part in find_parts(live)] == [
        "supervisor", "recorder", "updater", "webui", "firewall", "worker-2", "worker-10", "demo-upstream",
    ]  # fmt: skip


def test_a_child_that_says_nothing_of_itself_is_as_the_supervisor_sees_it() -> None:
    live = Statuses(supervised(ChildStatus("webui", 5, 100.0, 0, ChildState.WAITING)), recorder=RecorderStatus())
    assert find_parts(live)[-1] == Part("webui", State.OK, "waiting", 100.0)


def test_a_worker_is_silent_once_it_has_had_the_time_to_report() -> None:
    children = (ChildStatus("worker-1", 1, NOW - 5), ChildStatus("worker-2", 2, NOW - 500), ChildStatus("worker-3"))
    found = words(Statuses(supervised(*children), recorder=RecorderStatus()))
    assert [found[f"worker-{number}"] for number in (1, 2, 3)] == [
        ("ok", "running"), ("down", "silent"), ("down", "silent"),
    ]  # fmt: skip


def test_an_updater_that_nobody_wants_is_no_process_but_what_it_met_by_hand_is_told() -> None:
    """As in a demo, and with --no-update: lists are compiled at the start all the same, and that is its last word."""
    others = {"recorder": RecorderStatus(), "updater": UpdaterStatus(errors={"a": "404"})}
    assert words(Statuses(supervised(ChildStatus("recorder")), **others)) == {
        "supervisor": ("ok", "running"), "recorder": ("ok", "running"), "updater": ("degraded", "1 list failed"),
    }  # fmt: skip
    others["updater"] = UpdaterStatus()
    assert "updater" not in words(Statuses(supervised(ChildStatus("recorder")), **others))
    assert words(Statuses(**others))["updater"] == ("ok", "running")


def test_an_error_is_told_before_anything_else() -> None:
    children = (ChildStatus(role, state=ChildState.FAILING) for role in ("recorder", "webui"))
    live = Statuses(
        supervised(*children),
        recorder=RecorderStatus(error="the disk is full"),
        updater=UpdaterStatus(errors={"a": "404", "b": "x"}),
        firewall=FirewallStatus(error="nft: no"),
    )
    assert words(live) == {
        "supervisor": ("ok", "running"),
        "recorder": ("degraded", "the disk is full"),
        "updater": ("degraded", "2 lists failed"),
        "webui": ("degraded", "failing"),
        "firewall": ("degraded", "nft: no"),
    }
    assert failing(live) == ("recorder", "webui")
    assert failing(Statuses()) == ()
